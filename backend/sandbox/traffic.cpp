// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/traffic.h"

#include "sandbox/actor.h"
#include "sandbox/orderservice.h"
#include "sandbox/sandboxconsumer.h"
#include "sandbox/sandboxrelay.h"
#include "sandbox/sandboxrestart.h"
#include "sandbox/sandboxtrouble.h"

namespace outboard {

using namespace Qt::StringLiterals;

Traffic::Traffic(
    const Profile& profile, const SandboxOptions& options, std::function<void()> restartRedis)
    : m_profile(profile)
    , m_options(options)
    , m_restartRedis(std::move(restartRedis))
    , m_switches(std::make_shared<TrafficSwitches>())
{}

Traffic::~Traffic()
{
    stop();
}

void Traffic::start()
{
    if (isRunning())
        return;
    const QString& dsn = m_profile.outbox.dsn;
    const QString& url = m_profile.broker.url;
    m_actors.push_back(std::make_unique<ActorThread>(
        u"sandbox orders"_s, std::make_unique<OrderService>(dsn, m_options, m_switches)));
    m_actors.push_back(std::make_unique<ActorThread>(
        u"sandbox relay"_s, std::make_unique<SandboxRelay>(dsn, url, m_options, m_switches)));
    m_actors.push_back(std::make_unique<ActorThread>(
        u"sandbox trouble"_s, std::make_unique<SandboxTrouble>(dsn, m_switches)));
    m_actors.push_back(std::make_unique<ActorThread>(
        u"sandbox restart"_s,
        std::make_unique<SandboxRestart>(dsn, url, m_options, m_switches, m_restartRedis)));
    addConsumers(m_options.billingConsumers, true);
    addConsumers(m_options.emailConsumers, false);
}

void Traffic::stop()
{
    // All at once, so that waiting for one is waiting for all.
    for (const auto& actor : m_actors)
        actor->requestStop();
    m_actors.clear();
}

void Traffic::addConsumers(int howMany, bool isBilling)
{
    for (int number = 1; number <= howMany; ++number) {
        const bool mayCrash = isBilling && number == howMany;
        auto consumer = std::make_unique<SandboxConsumer>(
            m_profile.outbox.dsn,
            m_profile.broker.url,
            isBilling ? billingService() : emailService(),
            number,
            mayCrash,
            m_options,
            m_switches);
        const QString name =
            (isBilling ? u"sandbox billing-%1"_s : u"sandbox email-%1"_s).arg(number);
        m_actors.push_back(std::make_unique<ActorThread>(name, std::move(consumer)));
    }
}

} // namespace outboard
