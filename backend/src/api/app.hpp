#pragma once

#include <functional>
#include <string>
#include <unordered_set>

#include "accounts/login.hpp"
#include "accounts/token.hpp"
#include "accounts/user_store.hpp"
#include "api/content_cache.hpp"
#include "api/static_files.hpp"
#include "audit/audit_trail.hpp"
#include "booking/booking_engine.hpp"
#include "booking/booking_queries.hpp"
#include "catalog/catalog.hpp"
#include "env/clock.hpp"
#include "realtime/hub.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::api {

/// Everything that the endpoints use, behind its ports. Made by main; outlives the server.
struct App {
    booking::BookingEngine& bookings;
    booking::BookingQueries& queries;
    catalog::Catalog& catalog;
    accounts::UserStore& users;
    accounts::LoginService& login;
    const accounts::Tokens& tokens;
    audit::AuditTrail& audit;
    realtime::Hub& hub;
    const env::Clock& clock;
    telemetry::Logger& logger;
    telemetry::Metrics& metrics;
    const StaticFiles& files;

    /// For /readyz: an error names the dependency that does not answer.
    std::function<domain::Result<void>()> ready;
    std::unordered_set<std::string> allowed_origins;

    ContentCache cache;
};

}  // namespace cinema::api
