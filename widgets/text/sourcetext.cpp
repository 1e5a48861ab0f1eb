// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/sourcetext.h"

#include "text/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

} // namespace

QString sourceTitle(const QString& name)
{
    if (name == u"outbox")
        return Text::tr("Outbox");
    if (name == u"broker")
        return Text::tr("Broker");
    if (!name.startsWith(u"ledger "))
        return name;
    QString table = name.mid(7);
    if (table.endsWith(u"_processedevent"))
        table.chop(15);
    return Text::tr("Ledger %1").arg(table);
}

QString troubleWord(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Unreachable: return Text::tr("unreachable");
    case Error::Kind::Timeout: return Text::tr("timed out");
    case Error::Kind::Auth: return Text::tr("login refused");
    case Error::Kind::Tls: return Text::tr("TLS failed");
    case Error::Kind::Missing: return Text::tr("not found");
    case Error::Kind::Refused: return Text::tr("refused");
    case Error::Kind::Conflict: return Text::tr("conflict");
    case Error::Kind::Protocol: return Text::tr("bad answer");
    case Error::Kind::Cancelled: return Text::tr("closed");
    case Error::Kind::Internal: return Text::tr("failed");
    }
    return Text::tr("failed");
}

QString nextTryText(const SourceHealth& source, TimePoint now)
{
    if (!source.nextTry)
        return {};
    if (*source.nextTry <= now)
        return Text::tr("Trying now");
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*source.nextTry - now);
    return Text::tr("Next try in %1").arg(format::duration(Milliseconds(seconds)));
}

QString sourceDetails(const SourceHealth& source, TimePoint now)
{
    QStringList lines{source.name};
    if (source.isOk) {
        lines << Text::tr("Answers in %1 (one trivial command)")
                     .arg(format::roundTrip(source.roundTrip));
    } else if (source.error) {
        lines << source.error->what;
        if (!source.error->detail.isEmpty())
            lines << format::oneLine(source.error->detail, 400);
        if (source.failingSince)
            lines << Text::tr("Failing since %1").arg(format::time(source.failingSince, now));
        lines << nextTryText(source, now);
    } else {
        lines << Text::tr("Not asked yet");
    }
    lines << Text::tr("Click to ask again now");
    lines.removeAll(QString());
    return lines.join(u'\n');
}

QString plainToolTip(const QString& text)
{
    return u"<qt>"_s + text.toHtmlEscaped().replace(u'\n', u"<br>"_s) + u"</qt>"_s;
}

} // namespace outboard
