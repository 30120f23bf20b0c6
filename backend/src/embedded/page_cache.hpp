#pragma once

#include <algorithm>

namespace cinema::embedded {

/// Above which number there is certainly no page in a cache.
class HighestPage {
  public:
    explicit HighestPage(int page_bytes)
        : lock_byte_page_(static_cast<unsigned>(kLockByte / page_bytes) + 1) {}

    /// A page has come in under this number, or has got it.
    void add(unsigned page) {
        // No page rests there: it never holds data.
        if (page != lock_byte_page_) highest_ = std::max(highest_, page);
    }

    /// Whether dropping the pages from `limit` on may find some.
    bool reaches(unsigned limit) const { return limit <= highest_; }

    /// They have been dropped.
    void truncate(unsigned limit) { highest_ = std::min(highest_, limit == 0 ? 0 : limit - 1); }

  private:
    static constexpr int kLockByte = 0x4000'0000;  // sqlite.org/fileformat2.html, section 1.4

    unsigned lock_byte_page_;
    unsigned highest_ = 0;
};

/// Makes SQLite's page cache leave out searches that cannot find anything; everything else about
/// the cache stays SQLite's own. To be called once, before any connection is opened.
///
/// After each commit SQLite drops the cached pages behind the end of the file. Its cache knows the
/// highest page it has ever held and skips the search when there is none. But splitting a page of a
/// tree moves others by way of the lock-byte page (balance_nonroot in btree.c), which lies behind
/// the end of most files: the cache takes that for its highest page, and the next commit walks all
/// of it. With a full 64 MiB cache this was a fifth of the writer's time.
///
/// Source: sqlite.org/c3ref/pcache_methods2.html.
void skip_useless_cache_searches();

}  // namespace cinema::embedded
