// Beast 1.81 asserts that five bytes have arrived whenever it looks at a last chunk again; a client
// that sends "0\r\n" and then one byte would end the process (found by fuzzing). What follows the
// assertion reads only the bytes that were there the first time.
#define BOOST_DISABLE_ASSERTS

#include "http/request_parser.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace cinema::http {

namespace {

namespace beast_http = boost::beast::http;

std::string_view std_view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

std::optional<Header> known_header(beast_http::field field, std::string_view name) {
    switch (field) {
        case beast_http::field::accept_encoding:
            return Header::accept_encoding;
        case beast_http::field::access_control_request_method:
            return Header::access_control_request_method;
        case beast_http::field::authorization:
            return Header::authorization;
        case beast_http::field::connection:
            return Header::connection;
        case beast_http::field::content_type:
            return Header::content_type;
        case beast_http::field::expect:
            return Header::expect;
        case beast_http::field::host:
            return Header::host;
        case beast_http::field::if_none_match:
            return Header::if_none_match;
        case beast_http::field::origin:
            return Header::origin;
        case beast_http::field::sec_websocket_key:
            return Header::sec_websocket_key;
        case beast_http::field::sec_websocket_version:
            return Header::sec_websocket_version;
        case beast_http::field::upgrade:
            return Header::upgrade;
        case beast_http::field::unknown:
            if (equals_ignoring_case(name, "idempotency-key")) return Header::idempotency_key;
            if (equals_ignoring_case(name, "x-forwarded-for")) return Header::x_forwarded_for;
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

Method method_of(beast_http::verb verb) {
    switch (verb) {
        case beast_http::verb::get:
            return Method::get;
        case beast_http::verb::head:
            return Method::head;
        case beast_http::verb::post:
            return Method::post;
        case beast_http::verb::put:
            return Method::put;
        case beast_http::verb::patch:
            return Method::patch;
        case beast_http::verb::delete_:
            return Method::del;
        case beast_http::verb::options:
            return Method::options;
        default:
            return Method::other;
    }
}

/// "GET /path HTTP/1.2": three words, the last of them a version. Then it is only the version that
/// is wrong.
bool is_request_line(std::string_view text) {
    const std::string_view line = text.substr(0, text.find("\r\n"));
    if (line.size() == text.size() || std::count(line.begin(), line.end(), ' ') != 2) return false;
    const std::string_view version = line.substr(line.rfind(' ') + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
           version[6] == '.' && is_digit(version[7]);
}

/// The characters of a host and port (RFC 3986 section 3.2), without user information. Empty is
/// allowed.
bool is_host(std::string_view host) {
    static constexpr std::string_view kMarks = "-._~!$&'()*+,;=:[]%";
    return std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

/// Splits origin-form and absolute-form (RFC 9112 section 3.2) into path and query.
bool split_target(Request& request) {
    std::string_view rest = request.target;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (rest.size() > scheme.size() &&
            equals_ignoring_case(rest.substr(0, scheme.size()), scheme)) {
            rest.remove_prefix(scheme.size());
            const auto slash = rest.find_first_of("/?");
            if (slash == 0) return false;
            rest = slash == std::string_view::npos ? std::string_view("/") : rest.substr(slash);
        }
    }
    if (rest == "*" && request.method == Method::options) rest = "/";
    if (rest.empty() || rest.front() != '/') return false;
    if (rest.find('#') != std::string_view::npos) return false;
    const auto mark = rest.find('?');
    request.path = rest.substr(0, mark);
    request.query = mark == std::string_view::npos ? std::string_view() : rest.substr(mark + 1);
    return true;
}

}  // namespace

class RequestParser::Impl final : public beast_http::basic_parser<true> {
  public:
    Impl() {
        header_limit(kHeaderBytesMax);
        body_limit(kBodyBytesMax);
        eager(false);
    }

    Status feed(std::string_view data, std::size_t& consumed) {
        consumed = 0;
        begin_ = data.data();
        end_ = data.data() + data.size();
        // RFC 9112 section 2.2: an empty line before the request line is ignored.
        while (!got_some() && data.size() - consumed >= 2 && data[consumed] == '\r' &&
               data[consumed + 1] == '\n') {
            consumed += 2;
        }
        if (!got_some() && data.size() - consumed == 1 && data[consumed] == '\r') {
            return Status::need_more;
        }
        while (!is_done()) {
            if (!header_reported_ && is_header_done()) return report_header();
            // Beast asks for the whole message again and again; an empty rest is simply not enough.
            if (consumed == data.size() && !(is_header_done() && is_done())) {
                return Status::need_more;
            }
            boost::beast::error_code ec;
            if (!header_reported_ && request_.target.data() == nullptr) {
                line_ = data.data() + consumed;
            }
            const std::size_t used = basic_parser::put(
                boost::asio::const_buffer(data.data() + consumed, data.size() - consumed), ec);
            consumed += used;
            if (failure_.status != 0) return Status::failed;
            if (ec == beast_http::error::need_more) return Status::need_more;
            if (ec) return fail(ec);
        }
        if (!header_reported_) return report_header();
        request_.body = body_;
        return Status::complete;
    }

    const ParseFailure& failure() const { return failure_; }
    bool started() const { return got_some(); }
    Request& request() { return request_; }

  private:
    Status report_header() {
        header_reported_ = true;
        request_.keep_alive = keep_alive();
        if (hosts_ != 1 && version_ == 11) {
            return fail(400, "An HTTP/1.1 request has exactly one Host header.");
        }
        if (hosts_ > 1) return fail(400, "A request has at most one Host header.");
        if (!split_target(request_)) {
            return fail(400, "The request target must be a path that begins with '/'.");
        }
        return Status::header_done;
    }

    Status fail(int status, std::string_view why) {
        failure_ = {status, why};
        return Status::failed;
    }

    Status fail(const boost::beast::error_code& ec) {
        using E = beast_http::error;
        if (ec == E::header_limit) {
            // Beast may not have looked at the request line yet: is it that which does not end?
            const std::string_view seen(begin_, static_cast<std::size_t>(end_ - begin_));
            if (request_.target.data() == nullptr &&
                seen.substr(0, kTargetBytesMax).find('\n') == seen.npos) {
                return fail(414, "The request target is longer than 4096 bytes.");
            }
            return fail(431, "The request's headers are larger than 16 KiB.");
        }
        if (ec == E::body_limit) return fail(413, "The request's body is larger than 64 KiB.");
        if (ec == E::bad_version && is_request_line({line_, std::size_t(end_ - line_)})) {
            return fail(505, "This server speaks HTTP/1.1.");
        }
        if (ec == E::bad_transfer_encoding || ec == E::bad_content_length ||
            ec == E::multiple_content_length) {
            return fail(400, "Content-Length and Transfer-Encoding are wrong or contradict.");
        }
        return fail(400, "The request is not well-formed HTTP/1.1.");
    }

    void on_request_impl(beast_http::verb verb, boost::beast::string_view /*method*/,
                         boost::beast::string_view target, int version,
                         boost::beast::error_code& ec) override {
        request_.method = method_of(verb);
        request_.target = std_view(target);
        version_ = version;
        if (version != 10 && version != 11) ec = beast_http::error::bad_version;
        if (target.size() > kTargetBytesMax) {
            refuse(ec, 414, "The request target is longer than 4096 bytes.");
        }
    }

    void on_response_impl(int, boost::beast::string_view, int,
                          boost::beast::error_code& ec) override {
        ec = beast_http::error::bad_method;
    }

    void on_field_impl(beast_http::field field, boost::beast::string_view name,
                       boost::beast::string_view value, boost::beast::error_code& ec) override {
        if (header_reported_) return;  // trailers of a chunked body are not headers
        // Beast unfolds a folded header line into a buffer of its own: then the value is not where
        // the request is. RFC 9112 section 5.2: a server must refuse it (or replace the fold).
        const std::less<const char*> before;
        if (!value.empty() && (before(value.data(), begin_) || !before(value.data(), end_))) {
            return refuse(ec, 400, "Folded header lines are not accepted.");
        }
        switch (field) {
            case beast_http::field::host:
                if (!is_host(std_view(value))) {
                    return refuse(ec, 400, "The Host header is not a host.");
                }
                ++hosts_;
                break;
            case beast_http::field::content_length:
                if (content_length_seen_ || value.find(',') != boost::beast::string_view::npos) {
                    return refuse(ec, 400, "Content-Length is given more than once.");
                }
                content_length_seen_ = true;
                break;
            case beast_http::field::transfer_encoding:
                if (version_ == 10) {
                    return refuse(ec, 400, "HTTP/1.0 has no Transfer-Encoding.");
                }
                if (!equals_ignoring_case(std_view(value), "chunked")) {
                    return refuse(ec, 501, "Only the transfer coding 'chunked' is implemented.");
                }
                break;
            default:
                break;
        }
        if (const auto known = known_header(field, std_view(name))) {
            auto& slot = request_.headers[static_cast<std::size_t>(*known)];
            if (*known == Header::x_forwarded_for) {
                slot = std_view(value);  // the last one is the nearest proxy's
            } else if (slot.data() != nullptr && *known != Header::connection &&
                       *known != Header::accept_encoding && *known != Header::if_none_match) {
                return refuse(ec, 400, "A header that may be given once is given twice.");
            } else {
                slot = std_view(value);
                // A view of an empty value may be null, which has() reads as absent.
                if (slot.data() == nullptr) slot = std::string_view("");
            }
        }
    }

    void on_header_impl(boost::beast::error_code&) override {}

    void on_body_init_impl(const boost::optional<std::uint64_t>& length,
                           boost::beast::error_code&) override {
        if (length) body_.reserve(static_cast<std::size_t>(*length));
    }

    std::size_t on_body_impl(boost::beast::string_view body, boost::beast::error_code&) override {
        body_.append(body.data(), body.size());
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t, boost::beast::string_view,
                              boost::beast::error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view body,
                                   boost::beast::error_code& ec) override {
        if (body_.size() + body.size() > kBodyBytesMax) {
            ec = beast_http::error::body_limit;
            return 0;
        }
        body_.append(body.data(), body.size());
        return body.size();
    }

    void on_finish_impl(boost::beast::error_code&) override {}

    void refuse(boost::beast::error_code& ec, int status, std::string_view why) {
        failure_ = {status, why};
        ec = beast_http::error::bad_value;
    }

    Request request_;
    std::string body_;
    ParseFailure failure_{0, {}};
    const char* begin_ = nullptr;
    const char* end_ = nullptr;
    const char* line_ = nullptr;  ///< where the request line begins
    int version_ = 11;
    int hosts_ = 0;
    bool content_length_seen_ = false;
    bool header_reported_ = false;
};

RequestParser::RequestParser() : impl_(std::make_unique<Impl>()) {}
RequestParser::~RequestParser() = default;

void RequestParser::reset() {
    // basic_parser cannot be reused; building it anew in the same place costs no allocation.
    Impl* place = impl_.get();
    std::destroy_at(place);
    std::construct_at(place);
}

RequestParser::Status RequestParser::put(std::string_view data, std::size_t& consumed) {
    return impl_->feed(data, consumed);
}

const ParseFailure& RequestParser::failure() const {
    return impl_->failure();
}
bool RequestParser::started() const {
    return impl_->started();
}
Request& RequestParser::request() {
    return impl_->request();
}

}  // namespace cinema::http
