// The one translation unit that compiles Asio itself (BOOST_ASIO_SEPARATE_COMPILATION): everything
// else includes declarations only, which halves build time.
#include <boost/asio/impl/src.hpp>
