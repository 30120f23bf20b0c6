#include "cluster/rabbitmq/topology.hpp"

#include <fmt/format.h>

namespace cinema::cluster {

namespace {

constexpr amqp_boolean_t kNo = 0;
constexpr amqp_boolean_t kYes = 1;

bool is_otherwise(const std::string& problem) {
    return problem.find("PRECONDITION_FAILED") != std::string::npos;
}

std::string advice(std::string_view kind, const std::string& name, const std::string& problem) {
    if (!is_otherwise(problem)) return fmt::format("declaring {} failed: {}", name, problem);
    return fmt::format(
        "the {} {} is there, but was made with other arguments ({}). Let its messages be read, "
        "delete it, and it is made anew; events that are not in it yet wait in the database",
        kind, name, problem);
}

std::optional<std::string> declare_queue(RabbitConnection& connection, const std::string& name,
                                         const amqp_table_t& arguments) {
    amqp_queue_declare(connection.state(), kRabbitChannel, rabbit_bytes(name), kNo, kYes, kNo, kNo,
                       arguments);
    if (const auto problem = connection.problem()) return advice("queue", name, *problem);
    return std::nullopt;
}

}  // namespace

std::optional<std::string> declare_topology(RabbitConnection& connection,
                                            const std::string& queue) {
    const std::string exchange = queue + ".dlx";
    const std::string dead = queue + ".dead";
    amqp_exchange_declare(connection.state(), kRabbitChannel, rabbit_bytes(exchange),
                          rabbit_bytes("fanout"), kNo, kYes, kNo, kNo, amqp_empty_table);
    if (const auto problem = connection.problem()) return advice("exchange", exchange, *problem);
    if (auto problem = declare_queue(connection, dead, amqp_empty_table)) return problem;
    amqp_queue_bind(connection.state(), kRabbitChannel, rabbit_bytes(dead), rabbit_bytes(exchange),
                    amqp_empty_bytes, amqp_empty_table);
    if (const auto problem = connection.problem()) return advice("binding of", dead, *problem);

    amqp_table_entry_t dead_letters{};
    dead_letters.key = rabbit_bytes("x-dead-letter-exchange");
    dead_letters.value.kind = AMQP_FIELD_KIND_UTF8;
    dead_letters.value.value.bytes = rabbit_bytes(exchange);
    return declare_queue(connection, queue, {.num_entries = 1, .entries = &dead_letters});
}

}  // namespace cinema::cluster
