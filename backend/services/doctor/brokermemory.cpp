// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <cmath>

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

constexpr double nearlyFull = 0.9;

QString evidence(const BrokerMemory& memory)
{
    const auto percent = 100.0 * double(memory.used) / double(memory.limit);
    return Text::tr("%1 of %2 are used (%3 %); when it is full: %4.")
        .arg(format::bytes(memory.used), format::bytes(memory.limit))
        .arg(format::number(std::llround(percent)), format::oneLine(memory.policy, 60));
}

Finding memoryFull(const BrokerMemory& memory)
{
    Finding finding;
    finding.id = u"broker_memory"_s;
    finding.severity = Severity::Critical;
    finding.title = memory.dropsStreams()
                        ? Text::tr("The broker's memory is nearly full: streams will be dropped")
                        : Text::tr("The broker's memory is nearly full: entries will be refused");
    finding.evidence = evidence(memory);
    finding.explanation =
        Text::tr("At its limit Redis refuses to add entries, so that the relay stops, or, with an "
                 "allkeys policy, throws whole keys away, streams with unread entries among them. "
                 "Raise maxmemory, or trim streams that everybody is done with.");
    finding.remedy = {RemedyKind::ShowStreams, Text::tr("Show the streams"), {}, {}, {}};
    return finding;
}

Finding evictionPolicy(const BrokerMemory& memory)
{
    Finding finding;
    finding.id = u"eviction_policy"_s;
    finding.severity = Severity::Warning;
    finding.title = Text::tr("The broker may drop streams when its memory is full (%1)")
                        .arg(format::oneLine(memory.policy, 60));
    finding.evidence = evidence(memory);
    finding.explanation =
        Text::tr("An allkeys policy is made for caches: at the limit Redis throws away any key, a "
                 "stream with unread and pending entries and its groups like any other. Set "
                 "maxmemory-policy to noeviction, or keep caches on another server.");
    finding.remedy =
        copyRemedy(Text::tr("Copy the command"), u"CONFIG SET maxmemory-policy noeviction"_s);
    return finding;
}

} // namespace

QList<Finding> brokerMemory(const Case& patient)
{
    const auto& health = patient.snapshot.health.broker;
    if (!patient.snapshot.broker || !health || !health->memory || health->memory->limit <= 0)
        return {};
    const BrokerMemory& memory = *health->memory;
    if (double(memory.used) >= nearlyFull * double(memory.limit))
        return {memoryFull(memory)};
    return memory.dropsStreams() ? QList<Finding>{evictionPolicy(memory)} : QList<Finding>();
}

} // namespace outboard::doctor
