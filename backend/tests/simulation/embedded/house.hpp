#pragma once

#include <map>
#include <set>

#include "embedded/store.hpp"
#include "simulation/embedded/vfs.hpp"

namespace cinema::simulation::machine {

/// The cinema of every run: showtimes of one room with eight seats, far in the future.
domain::ShowtimeId showtime(std::size_t index);
std::string seat(std::size_t index);
domain::UserId customer(std::size_t index);
domain::Actor staff();
constexpr std::int64_t kSeatPrice = 1'000;
constexpr std::size_t kSeatsMax = 8;
constexpr std::size_t kShowtimesMax = 3;
constexpr std::size_t kCustomersMax = 8;

/// The process: the embedded engine, whose workers take their turns when the run says so.
class House {
  public:
    House(const Plan& plan, Scheduler& scheduler, Disk& disk, Journal& journal);
    ~House();
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    /// Starts the engine. False when the disk kept it from it.
    bool open();
    bool runs() const { return store_ != nullptr; }
    /// Stops it as SIGTERM does.
    void stop();
    /// After the disk's end: nothing of the process is left.
    void drop();

    cinema::embedded::EmbeddedStore& store() { return *store_; }
    /// One turn of the worker, when it is not in the middle of one.
    bool work(cinema::embedded::Worker worker);
    /// Runs until nothing is left to be done.
    void work_off();
    /// Which process this is; what an earlier one answers reaches nobody.
    int life() const { return life_; }

    domain::UtcTime now() const;
    /// What viewers have been told, by showtime and seat.
    using Told = std::map<std::pair<domain::ShowtimeId, std::string>, domain::SeatEvent>;
    const Told& told() const { return told_; }

    /// Puts catalogue and accounts into an empty database. False when the disk kept it from it.
    bool furnish();

  private:
    class Clock final : public env::Clock {
      public:
        explicit Clock(const House& house) : house_(house) {}
        domain::UtcTime now() const override { return house_.now(); }

      private:
        const House& house_;
    };
    class Ids final : public env::IdSource {
      public:
        domain::ObjectId object_id() override;
        std::string uuid() override;

      private:
        std::uint64_t next_ = 0x10000;
    };

    const Plan& plan_;
    Scheduler& scheduler_;
    Disk& disk_;
    Journal& journal_;
    Clock clock_;
    Ids ids_;
    std::unique_ptr<cinema::embedded::EmbeddedStore> store_;
    std::set<cinema::embedded::Worker> working_;
    int life_ = 0;
    Told told_;
};

/// The files of a furnished house that was stopped; made once.
const std::map<std::string, std::string>& furnished_files();

}  // namespace cinema::simulation::machine
