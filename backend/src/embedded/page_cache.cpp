#include "embedded/page_cache.hpp"

#include <sqlite3.h>

#include <memory>

#include "domain/ensure.hpp"

namespace cinema::embedded {

namespace {

/// SQLite's own cache; set once, before there are connections.
sqlite3_pcache_methods2 own_cache{};

/// What SQLite holds as an opaque `sqlite3_pcache`.
struct BoundedCache {
    sqlite3_pcache* cache;
    HighestPage highest;
};

BoundedCache& bounded(sqlite3_pcache* cache) {
    return *reinterpret_cast<BoundedCache*>(cache);
}

sqlite3_pcache* create(int page_bytes, int extra_bytes, int purgeable) {
    sqlite3_pcache* cache = own_cache.xCreate(page_bytes, extra_bytes, purgeable);
    if (!cache) return nullptr;
    return reinterpret_cast<sqlite3_pcache*>(new BoundedCache{cache, HighestPage(page_bytes)});
}

sqlite3_pcache_page* fetch(sqlite3_pcache* cache, unsigned page, int create_flag) {
    auto& own = bounded(cache);
    if (create_flag != 0) own.highest.add(page);
    return own_cache.xFetch(own.cache, page, create_flag);
}

void rekey(sqlite3_pcache* cache, sqlite3_pcache_page* page, unsigned from, unsigned to) {
    auto& own = bounded(cache);
    own.highest.add(to);
    own_cache.xRekey(own.cache, page, from, to);
}

void truncate(sqlite3_pcache* cache, unsigned limit) {
    auto& own = bounded(cache);
    if (!own.highest.reaches(limit)) return;
    own_cache.xTruncate(own.cache, limit);
    own.highest.truncate(limit);
}

void destroy(sqlite3_pcache* cache) {
    const std::unique_ptr<BoundedCache> own(&bounded(cache));
    own_cache.xDestroy(own->cache);
}

}  // namespace

void skip_useless_cache_searches() {
    // SQLite is running already: its own cache does the same, only slower.
    if (sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &own_cache) != SQLITE_OK) return;
    sqlite3_pcache_methods2 methods = own_cache;
    methods.xCreate = create;
    methods.xCachesize = [](sqlite3_pcache* cache, int pages) {
        own_cache.xCachesize(bounded(cache).cache, pages);
    };
    methods.xPagecount = [](sqlite3_pcache* cache) {
        return own_cache.xPagecount(bounded(cache).cache);
    };
    methods.xFetch = fetch;
    methods.xUnpin = [](sqlite3_pcache* cache, sqlite3_pcache_page* page, int discard) {
        own_cache.xUnpin(bounded(cache).cache, page, discard);
    };
    methods.xRekey = rekey;
    methods.xTruncate = truncate;
    methods.xDestroy = destroy;
    methods.xShrink = [](sqlite3_pcache* cache) { own_cache.xShrink(bounded(cache).cache); };
    const int code = sqlite3_config(SQLITE_CONFIG_PCACHE2, &methods);
    domain::ensure(code == SQLITE_OK, "the page cache is chosen before SQLite starts");
}

}  // namespace cinema::embedded
