// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

QList<Finding> topicProblem(const Case& patient)
{
    QList<Finding> findings;
    if (!patient.snapshot.broker)
        return findings;
    for (const BrokerTopicState& topic : patient.snapshot.broker->topics) {
        if (topic.problem.isEmpty())
            continue;
        Finding finding;
        finding.id = u"topic_problem:"_s + topic.name.text();
        finding.severity = Severity::Warning;
        finding.title = Text::tr("%1 cannot be used").arg(format::oneLine(topic.name.bytes()));
        finding.evidence = topic.problem;
        finding.explanation =
            Text::tr("The outbox sends a topic there, and consumers would look there. Until this "
                     "is mended, events of the topic cannot be published or followed.");
        finding.remedy = {
            RemedyKind::ShowStreams, Text::tr("Show the stream"), topic.name, std::nullopt};
        findings.append(finding);
    }
    return findings;
}

} // namespace outboard::doctor
