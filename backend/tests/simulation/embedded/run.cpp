#include "simulation/embedded/run.hpp"

#include "simulation/embedded/books.hpp"
#include "simulation/embedded/statements.hpp"

namespace cinema::simulation::machine {

namespace {

using cinema::embedded::Worker;
using End = Disk::End;
using std::chrono::milliseconds;

class Run {
  public:
    Run(const Plan& plan, std::function<void(const std::string&)> trace)
        : plan_(plan),
          random_(plan.seed),
          journal_(scheduler_, std::move(trace)),
          disk_(plan_, random_, journal_),
          in_use_(disk_, plan.seed),
          statements_(disk_, plan.removed),
          house_(plan_, scheduler_, disk_, journal_),
          customers_(plan_, random_, scheduler_, house_, disk_, journal_) {}

    Outcome go(const std::map<std::string, std::string>& files) {
        if (!plan_.fresh) {
            for (const auto& [name, content] : files) disk_.put(name, content);
            furnished_ = true;
        }
        for (int life = 0; life < plan_.lives && well(); ++life) live();
        if (well()) come_to_rest();
        Outcome outcome{
            .violations = journal_.violations(), .simulated = scheduler_.now(), .actions = steps_};
        if (well()) {
            const Count count = count_books(disk_);
            outcome.bookings = count.bookings;
            outcome.sold = count.sold;
        }
        return outcome;
    }

  private:
    bool well() const { return journal_.violations().empty(); }
    bool ended() const { return disk_.ended() != End::none; }
    void pass(Moment time) {
        scheduler_.run_until(scheduler_.now() + time, [] { return false; });
    }
    void check() { check_books(plan_, disk_, journal_, house_, customers_); }

    /// The process or the machine is gone: afterwards it is there again, nothing running.
    void bury() {
        house_.drop();
        disk_.restart();
    }

    End chosen_end() {
        if (plan_.power_losses && (!plan_.kills || random_.one_in(2))) return End::power_loss;
        return plan_.kills ? End::kill : End::none;
    }

    /// Starts the engine, however often that takes.
    void start() {
        constexpr int kTries = 6;
        for (int attempt = 0; well() && !house_.runs(); ++attempt) {
            disk_.trouble(attempt < kTries && random_.one_in(2));
            disk_.full(attempt < kTries && plan_.full && random_.one_in(6));
            if (attempt < kTries && random_.one_in(3)) {
                disk_.end_after(random_.below(400), chosen_end());
            }
            const bool open = house_.open() && (furnished_ || house_.furnish());
            if (ended()) {
                bury();
                continue;
            }
            disk_.end_after(0, End::none);
            if (open) {
                furnished_ = true;
            } else if (attempt > kTries) {
                journal_.wrong("the engine does not start although nothing fails");
            } else if (house_.runs()) {
                house_.stop();
            }
        }
        disk_.trouble(false);
        disk_.full(false);
        if (well()) check();
    }

    void live() {
        start();
        if (!well()) return;
        if (random_.one_in(2)) customers_.repeat_unanswered();
        const int steps = 1 + static_cast<int>(random_.below(plan_.steps));
        const int last_steps = static_cast<int>(random_.below(8));
        for (int step = 0; step < steps && well() && !ended(); ++step) {
            if (step == steps - last_steps) disk_.end_after(random_.below(200), chosen_end());
            change_weather();
            this->step();
        }
        if (!well()) return;
        if (!ended() && random_.one_in(3)) {
            house_.stop();
            if (!ended() && plan_.power_losses && random_.one_in(2)) {
                disk_.end_now(End::power_loss);
            }
        } else if (!ended()) {
            calm_down();
            if (well() && chosen_end() != End::none) disk_.end_now(chosen_end_or_kill());
        }
        if (ended() || !house_.runs()) return bury();
        house_.stop();
        bury();
    }

    End chosen_end_or_kill() {
        const End end = chosen_end();
        return end == End::none ? End::kill : end;
    }

    void change_weather() {
        if (random_.one_in(12)) disk_.trouble(random_.one_in(2));
        if (plan_.full && random_.one_in(12)) disk_.full(random_.one_in(2));
    }

    void step() {
        ++steps_;
        const std::uint64_t asked = random_.below(4);
        for (std::uint64_t i = 0; i < asked; ++i) customers_.act();
        if (random_.one_in(6)) customers_.expire();
        if (random_.one_in(4)) customers_.relay();
        constexpr std::array kWorkers{Worker::writer, Worker::checkpointer, Worker::reader};
        for (const auto worker : kWorkers) {
            if (!random_.one_in(4)) house_.work(worker);
        }
        pass(milliseconds(random_.between(0, random_.one_in(10) ? 8'000 : 300)));
        scheduler_.settle();
    }

    /// Nothing fails any more: it goes on by itself, and the books are in order.
    void calm_down() {
        disk_.trouble(false);
        disk_.full(false);
        disk_.end_after(0, End::none);
        journal_.trace("CALM");
        house_.work_off();
        customers_.relay();
        house_.work_off();
        if (well() && !house_.store().missing().empty()) {
            journal_.wrong("the engine is not ready although nothing fails");
        }
        if (well()) check();
    }

    void come_to_rest() {
        start();
        if (!well()) return;
        calm_down();
        customers_.repeat_unanswered();
        house_.work_off();
        if (well()) check();
        pass(plan_.lock_ttl + milliseconds(1));
        constexpr int kRounds = 1'000;
        for (int i = 0; well() && count_open(disk_) > 0; ++i) {
            if (i == kRounds) journal_.wrong("holds or events are left for good");
            customers_.expire();
            customers_.relay();
            house_.work_off();
        }
        if (well()) check();
        if (well()) house_.stop();
        if (well()) check();
    }

    const Plan plan_;
    Random random_;
    Scheduler scheduler_;
    Journal journal_;
    Disk disk_;
    const DiskInUse in_use_;
    const Statements statements_;
    House house_;
    Customers customers_;
    bool furnished_ = false;
    std::uint64_t steps_ = 0;
};

}  // namespace

Outcome run(const Plan& plan, std::function<void(const std::string&)> trace) {
    const auto& files = furnished_files();
    return Run(plan, std::move(trace)).go(files);
}

}  // namespace cinema::simulation::machine
