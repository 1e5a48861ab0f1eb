// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QString sourceText(const QString& name)
{
    if (name == u"outbox")
        return Text::tr("The outbox database");
    if (name == u"broker")
        return Text::tr("The broker");
    return Text::tr("The %1").arg(format::oneLine(name));
}

// A monitoring statement gives up after 150 ms: on a busy server that says nothing yet.
constexpr auto patience = 5s;

bool isMomentary(const SourceHealth& source, TimePoint now)
{
    return source.error->kind == Error::Kind::Timeout && source.failingSince
           && now - *source.failingSince < patience;
}

QString title(const SourceHealth& source)
{
    const QString name = sourceText(source.name);
    switch (source.error->kind) {
    case Error::Kind::Unreachable:
    case Error::Kind::Timeout:
    case Error::Kind::Protocol: return Text::tr("%1 does not answer").arg(name);
    case Error::Kind::Auth:
    case Error::Kind::Tls: return Text::tr("%1 refuses the connection").arg(name);
    case Error::Kind::Missing:
    case Error::Kind::Refused:
    case Error::Kind::Conflict:
    case Error::Kind::Cancelled:
    case Error::Kind::Internal: break;
    }
    return Text::tr("%1 cannot be read").arg(name);
}

QString evidence(const SourceHealth& source, TimePoint now)
{
    QString text = source.error->what;
    if (source.failingSince) {
        const auto failing = std::chrono::floor<Milliseconds>(now - *source.failingSince);
        text += u' ' + Text::tr("Failing for %1.").arg(format::duration(failing));
    }
    if (source.nextTry && *source.nextTry > now) {
        const auto wait = std::chrono::ceil<Milliseconds>(*source.nextTry - now);
        text += u' ' + Text::tr("Next try in %1.").arg(format::duration(wait));
    }
    return text;
}

} // namespace

QList<Finding> sourceUnreachable(const Case& patient)
{
    QList<Finding> findings;
    for (const SourceHealth& source : patient.snapshot.sources) {
        const bool isLocked = source.name == u"outbox" && blockingLock(patient);
        if (source.isOk || !source.error || isLocked
            || isMomentary(source, patient.snapshot.finishedAt))
            continue;
        Finding finding;
        finding.id = u"source_unreachable:"_s + source.name;
        // Without a ledger the flow still shows; without outbox or broker half of it is dark.
        const bool isLedger = source.name.startsWith(u"ledger");
        finding.severity = isLedger ? Severity::Warning : Severity::Critical;
        finding.title = title(source);
        finding.evidence = evidence(source, patient.snapshot.finishedAt);
        finding.explanation =
            isLedger ? Text::tr("Whether events were handled is unknown until it answers: replays "
                                "hold such events back. What else is shown does not need it.")
                     : Text::tr("What is shown of it is old, and nothing can be found wrong there "
                                "until it answers. Check that the server runs, and the address and "
                                "login in the profile.");
        finding.since = source.failingSince;
        findings.append(finding);
    }
    return findings;
}

} // namespace outboard::doctor
