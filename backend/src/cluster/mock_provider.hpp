#pragma once

#include "cluster/saga/ports.hpp"

namespace cinema::cluster {

/// The brief's mock payment: accepts everything at once and keeps nothing.
class MockProvider final : public PaymentProvider {
  public:
    Awaitable<Result<bool>> charge(domain::Payment) override { co_return true; }
    Awaitable<Result<void>> refund(domain::Payment) override { co_return Result<void>(); }
};

}  // namespace cinema::cluster
