#include "simulation/cluster/run.hpp"

#include "simulation/cluster/checks.hpp"
#include "simulation/cluster/customers.hpp"
#include "simulation/cluster/troubles.hpp"

namespace cinema::simulation {

namespace {

using std::chrono::seconds;

/// Nothing comes back to life after this long without faults.
Moment time_to_settle(const Plan& plan) {
    const Moment repaired = plan.repair_age + 2 * plan.skew_max + 3 * plan.expiry_interval +
                            2 * plan.relay_interval + seconds(5);
    return std::max(repaired, kRoomsRefreshed + seconds(5));
}

class Run {
  public:
    Run(const Plan& plan, std::function<void(const std::string&)> trace)
        : stage_(plan, std::move(trace)),
          cluster_(stage_),
          customers_(stage_, cluster_),
          troubles_(stage_, cluster_) {}

    Outcome go() {
        for (int round = 0; round < stage_.plan.rounds && well(); ++round) {
            trouble();
            come_to_rest();
            if (!well()) break;
            check_quiet(stage_, cluster_);
            customers_.check();
        }
        if (well()) end();
        Outcome outcome{.violations = stage_.journal.violations(),
                        .simulated = stage_.scheduler.now(),
                        .actions = stage_.scheduler.actions(),
                        .bookings = stage_.store.bookings().size()};
        for (const auto& [id, document] : stage_.store.bookings()) {
            if (document.booking.status == domain::BookingStatus::BOOKED) ++outcome.sold;
        }
        return outcome;
    }

  private:
    bool well() const { return stage_.journal.violations().empty(); }
    Moment now() const { return stage_.scheduler.now(); }

    void pass(Moment time) {
        stage_.scheduler.run_until(now() + time, [this] { return !well(); });
    }

    void trouble() {
        stage_.network.trouble();
        const Moment end = now() + stage_.plan.round_length;
        customers_.open(end);
        troubles_.start(end);
        pass(stage_.plan.round_length);
    }

    /// Faults off; whatever is late comes in; then customers stand still until nothing changes.
    void come_to_rest() {
        constexpr int kPatience = 200;
        stage_.network.calm();
        cluster_.start_all();
        stage_.journal.trace("CALM");
        while (well() && stage_.network.busy_until() > now()) {
            pass(stage_.network.busy_until() - now());
        }
        const Moment settled = time_to_settle(stage_.plan);
        cluster_.customers().pause(now() + settled + kPatience * seconds(1));
        pass(settled);
        // Holds go on ending meanwhile, and each end takes its time to be told everywhere.
        for (int i = 0; well() && now() - stage_.store.changed_at() < still(); ++i) {
            if (i == kPatience) {
                stage_.journal.wrong("it does not come to rest");
                return;
            }
            pass(seconds(1));
        }
        cluster_.customers().resume();
        stage_.journal.trace("QUIET");
    }

    Moment still() const { return 2 * stage_.plan.relay_interval + seconds(4); }

    void end() {
        stage_.network.calm();
        pass(stage_.plan.lock_ttl + longest_overdue(stage_.plan));
        // Customers that came late may have been granted a last hold.
        pass(stage_.plan.lock_ttl + stage_.plan.sleep_max);
        if (well()) come_to_rest();
        if (!well()) return;
        check_quiet(stage_, cluster_);
        customers_.check();
        pass(stage_.plan.lock_ttl);
        if (well()) check_end(stage_);
    }

    Stage stage_;
    Cluster cluster_;
    Customers customers_;
    Troubles troubles_;
};

}  // namespace

Outcome run(const Plan& plan, std::function<void(const std::string&)> trace) {
    return Run(plan, std::move(trace)).go();
}

}  // namespace cinema::simulation
