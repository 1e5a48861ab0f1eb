// SPDX-License-Identifier: GPL-3.0-or-later
#include "sourcepills.h"

#include "parts/pill.h"
#include "text/format.h"
#include "text/sourcetext.h"

#include <QHBoxLayout>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype firstLedger = 2; // after outbox and broker
constexpr qsizetype ledgersApart = 2;

} // namespace

SourcePills::SourcePills(const Profile& profile, QWidget* parent)
    : QWidget(parent)
    , m_row(new QHBoxLayout(this))
{
    m_row->setContentsMargins({});
    m_row->setSpacing(6);
    QStringList names{u"outbox"_s, u"broker"_s};
    for (const LedgerSettings& ledger : profile.ledgers)
        names << u"ledger "_s + ledger.table;
    QList<SourceHealth> sources;
    for (const QString& name : names)
        sources.emplaceBack().name = name;
    show(sources, {});
}

void SourcePills::show(const QList<SourceHealth>& sources, TimePoint now)
{
    const QList<SourceHealth> ledgers = sources.mid(firstLedger);
    const bool areLedgersTogether = ledgers.size() > ledgersApart;
    const QList<SourceHealth> apart = areLedgersTogether ? sources.first(firstLedger) : sources;
    size_t next = 0;
    for (const SourceHealth& source : apart)
        showOne(*pill(next++), source, now);
    if (areLedgersTogether)
        showLedgers(*pill(next++), ledgers, now);
    for (size_t i = 0; i < m_pills.size(); ++i)
        m_pills[i]->setVisible(i < next);
}

Pill* SourcePills::pill(size_t index)
{
    while (m_pills.size() <= index) {
        auto* added = new Pill(this);
        connect(added, &Pill::clicked, this, &SourcePills::askAgain);
        m_row->addWidget(added);
        m_pills.push_back(added);
    }
    return m_pills[index];
}

void SourcePills::showOne(Pill& pill, const SourceHealth& source, TimePoint now)
{
    pill.setObjectName(u"pill:"_s + source.name);
    const QString title = sourceTitle(source.name);
    if (source.isOk)
        pill.show(title, format::roundTrip(source.roundTrip), Tone::Good);
    else if (source.error)
        pill.show(title, troubleWord(source.error->kind), Tone::Critical);
    else
        pill.show(title, tr("connecting"), Tone::Muted);
    pill.setToolTip(plainToolTip(sourceDetails(source, now)));
}

void SourcePills::showLedgers(Pill& pill, const QList<SourceHealth>& ledgers, TimePoint now)
{
    pill.setObjectName(u"pill:ledgers"_s);
    const auto good = std::ranges::count_if(ledgers, &SourceHealth::isOk);
    const bool isBad = std::ranges::any_of(
        ledgers, [](const SourceHealth& ledger) { return ledger.error.has_value(); });
    const Tone tone = isBad ? Tone::Critical : good == ledgers.size() ? Tone::Good : Tone::Muted;
    pill.show(
        tr("%1 ledgers").arg(ledgers.size()),
        tr("%1 of %2 answer").arg(good).arg(ledgers.size()),
        tone);
    QStringList details;
    for (const SourceHealth& ledger : ledgers)
        details << sourceDetails(ledger, now);
    pill.setToolTip(plainToolTip(details.join(u"\n\n")));
}

} // namespace outboard
