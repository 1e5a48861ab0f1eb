// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// A replica acknowledges once a second.
constexpr Milliseconds longestSilence = 10s;

Finding linkDown()
{
    Finding finding;
    finding.id = u"broker_link"_s;
    finding.severity = Severity::Critical;
    finding.title = Text::tr("The broker is a replica that has lost its master");
    finding.evidence = Text::tr("INFO replication: role slave, master_link_status down.");
    finding.explanation =
        Text::tr("What is shown here is old, and nothing can be changed: this server only follows "
                 "another one, and does not hear from it. Point the profile at the master.");
    return finding;
}

Finding silentReplica(const BrokerReplica& replica)
{
    Finding finding;
    finding.id = u"replica_lag:"_s + replica.address;
    finding.severity = Severity::Warning;
    finding.title =
        Text::tr("Replica %1 of the broker is behind").arg(format::oneLine(replica.address, 80));
    finding.evidence = Text::tr("It acknowledged nothing for %1 and lacks %2 (state %3).")
                           .arg(format::duration(replica.silent))
                           .arg(format::bytes(replica.bytesBehind))
                           .arg(format::oneLine(replica.state, 40));
    finding.explanation =
        Text::tr("When this replica takes over, the entries and acknowledgements that it lacks are "
                 "gone: events whose rows are marked published are lost, others come again. Look "
                 "at the replica and the network; relay with --durability wait:1, so that rows are "
                 "only marked when a replica has them.");
    return finding;
}

} // namespace

QList<Finding> brokerReplicas(const Case& patient)
{
    QList<Finding> findings;
    const auto& health = patient.snapshot.health.broker;
    if (!patient.snapshot.broker || !health || !health->replication)
        return findings;
    if (health->replication->isLinkDown)
        findings.append(linkDown());
    for (const BrokerReplica& replica : health->replication->replicas) {
        if (replica.silent && *replica.silent >= longestSilence)
            findings.append(silentReplica(replica));
    }
    return findings;
}

} // namespace outboard::doctor
