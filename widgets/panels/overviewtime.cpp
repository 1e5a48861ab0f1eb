// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/overviewtime.h"

#include "core/onanswer.h"
#include "parts/choice.h"
#include "parts/icons.h"
#include "parts/label.h"
#include "services/historykeeper.h"
#include "services/session.h"
#include "text/format.h"

#include <QAction>
#include <QHBoxLayout>
#include <QSettings>
#include <QToolButton>

#include <algorithm>
#include <array>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::array<Milliseconds, 7> windows{5min, 15min, 1h, 6h, 24h, 7 * 24h, 30 * 24h};
/// More than are drawn, so that one that was busy days ago is there.
constexpr qsizetype groupsRead = 12;
constexpr qint64 deedsRead = 200;
constexpr auto deedsStale = 5s;
/// In a picture of days, what the last minutes added cannot be seen.
constexpr int storedSteps = 200; // of a span
constexpr Microseconds shortestStale = 10s;
/// So that lines enter from the edge, and a small move needs no new read.
constexpr int margin = 4; // of a span

QStringList words()
{
    return {
        OverviewTime::tr("5 min"),
        OverviewTime::tr("15 min"),
        OverviewTime::tr("1 h"),
        OverviewTime::tr("6 h"),
        OverviewTime::tr("24 h"),
        OverviewTime::tr("7 d"),
        OverviewTime::tr("30 d")};
}

/// What changed something, or tried to.
bool isDeed(const JournalEntry& entry)
{
    static const QStringList others{u"arm"_s, u"lock"_s, u"unmask"_s};
    return !others.contains(entry.action);
}

ChartMark markOf(const JournalEntry& entry)
{
    const QString what =
        u"%1: %2 %3"_s.arg(entry.who, journalActionTitle(entry.action), entry.place);
    return {
        entry.at,
        std::nullopt,
        entry.result.isEmpty() ? what : what + u" – "_s + entry.result,
        entry.state == JournalState::Done ? Tone::Accent : Tone::Muted};
}

} // namespace

OverviewTime::OverviewTime(PanelHost host, QWidget* parent)
    : QWidget(parent)
    , m_host(std::move(host))
    , m_keeper(HistoryKeeper::of(m_host.session))
    , m_row(new QHBoxLayout(this))
    , m_choice(new Choice(tr("Time shown"), words(), this))
    , m_pinnedText(new Label(this, Label::Style::Small, Tone::Muted))
{
    m_choice->setObjectName(u"window"_s);
    m_pinnedText->setObjectName(u"shownRange"_s);
    const int remembered = m_host.settings->value(u"overview/window"_s, 0).toInt();
    m_choice->setCurrent(std::clamp(remembered, 0, int(windows.size()) - 1));
    connect(m_choice, &Choice::chosen, this, [this](int index) {
        m_host.settings->setValue(u"overview/window"_s, index);
        goLive();
    });
    m_row->setContentsMargins({});
    m_row->setSpacing(2);
    m_row->addWidget(m_pinnedText);
    m_row->addWidget(m_choice);
    addButtons();
    showState();
}

void OverviewTime::addButton(QAction* action)
{
    auto* button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setAutoRaise(true);
    button->setToolTip(action->text());
    button->setAccessibleName(action->text());
    m_row->insertWidget(m_row->count() - 1, button);
}

void OverviewTime::addButtons()
{
    const auto add = [&](const QString& name,
                         const QString& iconName,
                         const QString& sign,
                         const QString& text,
                         std::function<void()> run) {
        auto* action = new QAction(text, this);
        action->setObjectName(name);
        if (iconName.isEmpty())
            action->setIconText(sign);
        else
            action->setIcon(icon(iconName));
        connect(action, &QAction::triggered, this, std::move(run));
        m_actions.append(action);
        addButton(action);
        return action;
    };
    add(u"chartsEarlier"_s, {}, u"‹"_s, tr("Charts: earlier"), [this] { step(-0.5); });
    add(u"chartsLater"_s, {}, u"›"_s, tr("Charts: later"), [this] { step(0.5); });
    add(u"chartsZoomIn"_s, {}, u"+"_s, tr("Charts: shorter time"), [this] { zoom(0.5); });
    add(u"chartsZoomOut"_s, {}, u"−"_s, tr("Charts: longer time"), [this] { zoom(2); });
    m_live = add(u"chartsNow"_s, u"play"_s, {}, tr("Charts: back to now"), [this] { goLive(); });
    add(u"chartsPng"_s, u"export"_s, {}, tr("Save the charts as a picture…"), [this] {
        emit pngWanted();
    });
    add(u"chartsCsv"_s, u"copy"_s, {}, tr("Save the charts' numbers as CSV…"), [this] {
        emit csvWanted();
    });
}

TimePoint OverviewTime::now() const
{
    const SnapshotPtr latest = m_host.session->poller().latest();
    return latest ? latest->finishedAt : m_host.session->clock()();
}

Milliseconds OverviewTime::window() const
{
    return windows.at(size_t(m_choice->current()));
}

ChartRange OverviewTime::range(TimePoint at) const
{
    return m_pinned.value_or(ChartRange{at - window(), at});
}

void OverviewTime::pin(const ChartRange& range)
{
    // A factor of one keeps it, within the bounds.
    m_pinned = zoomed(range, 1, range.from, now());
    showState();
    emit changed();
}

void OverviewTime::goLive()
{
    m_pinned.reset();
    showState();
    emit changed();
}

void OverviewTime::step(double spans)
{
    const ChartRange shown = range(now());
    const Microseconds by(
        static_cast<Microseconds::rep>(static_cast<double>(shown.span().count()) * spans));
    pin(moved(shown, by, now()));
}

void OverviewTime::zoom(double factor)
{
    const ChartRange shown = range(now());
    pin(zoomed(shown, factor, isLive() ? shown.to : shown.from + shown.span() / 2, now()));
}

void OverviewTime::showState()
{
    m_live->setEnabled(!isLive());
    const auto text = [this](TimePoint at) { return format::time(at, now()); };
    m_pinnedText->setText(
        m_pinned ? tr("%1 to %2").arg(text(m_pinned->from), text(m_pinned->to)) : QString());
}

ChartHistory OverviewTime::history(TimePoint at)
{
    const ChartRange shown = range(at);
    readStored(shown);
    readJournal(shown);
    return {m_host.session->poller().history(), m_storedRange ? &m_stored : nullptr, marks()};
}

void OverviewTime::readStored(const ChartRange& shown)
{
    if (!m_keeper)
        return;
    const TimePoint at = now();
    const Microseconds stale = std::max(shown.span() / storedSteps, shortestStale);
    const bool isCovered = m_storedRange && m_storedRange->from <= shown.from;
    const bool isFresh = at >= m_storedAt && at - m_storedAt < stale;
    if (isCovered && (isFresh || m_storedRange->to >= shown.to))
        return;
    const Microseconds beside = shown.span() / margin;
    const ChartRange asked{shown.from - beside, std::min(shown.to + beside, at)};
    m_storedRange = asked;
    m_storedAt = at;
    const quint64 number = ++m_reading;
    onAnswer(
        m_keeper->read(asked.from, asked.to, groupsRead),
        this,
        [this, number](const Result<StoredHistory>& stored) {
            if (number != m_reading || !stored)
                return; // Another range is wanted; why nothing is kept is said elsewhere.
            m_stored = *stored;
            emit changed();
        });
}

void OverviewTime::readJournal(const ChartRange& shown)
{
    const TimePoint at = now();
    const bool isCovered = m_deedsFrom && *m_deedsFrom <= shown.from;
    if (isCovered && at >= m_deedsAt && at - m_deedsAt < deedsStale)
        return;
    m_deedsFrom = shown.from - shown.span() / margin;
    m_deedsAt = at;
    const JournalFilter filter{
        .profile = m_host.session->profile().name, .action = {}, .text = {}, .since = m_deedsFrom};
    onAnswer(
        m_host.session->journalPage(filter, std::nullopt, deedsRead),
        this,
        [this](const Result<JournalPage>& page) {
            if (!page)
                return; // The Journal panel says why.
            QList<ChartMark> deeds;
            for (const JournalEntry& entry : page->entries) {
                if (isDeed(entry))
                    deeds.prepend(markOf(entry));
            }
            if (deeds == m_deeds)
                return;
            m_deeds = deeds;
            emit changed();
        });
}

QList<ChartMark> OverviewTime::marks() const
{
    QList<ChartMark> all = m_deeds;
    const SnapshotPtr latest = m_host.session->poller().latest();
    const QList<Finding> present = latest ? latest->findings : QList<Finding>();
    for (const FindingEpisode& episode : m_stored.findings) {
        const bool goesOn = std::ranges::any_of(present, [&](const Finding& finding) {
            return finding.id == episode.id && finding.since <= episode.lastSeen;
        });
        if (!goesOn)
            all.append({episode.from, episode.lastSeen, episode.title, toneOf(episode.severity)});
    }
    for (const Finding& finding : present) {
        const TimePoint since = finding.since.value_or(latest->finishedAt);
        all.append({since, latest->finishedAt, finding.title, toneOf(finding.severity)});
    }
    std::ranges::stable_sort(all, {}, &ChartMark::from);
    return all;
}

} // namespace outboard
