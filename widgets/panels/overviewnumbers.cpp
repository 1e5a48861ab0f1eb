// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/overviewnumbers.h"

#include "text/format.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <vector>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

struct GroupAt
{
    const BrokerTopicState* topic;
    const GroupState* group;

    QString text() const
    {
        return format::oneLine(group->name.text() + u" · " + topic->name.text(), 60);
    }
};

std::vector<GroupAt> groupsOf(const BrokerState& broker)
{
    std::vector<GroupAt> groups;
    for (const BrokerTopicState& topic : broker.topics) {
        for (const GroupState& group : topic.groups)
            groups.push_back({&topic, &group});
    }
    return groups;
}

Count sum(const BrokerState& broker, Count GroupState::*member)
{
    Count total = Count::exact(0);
    for (const GroupAt& at : groupsOf(broker))
        total = total + at.group->*member;
    return total;
}

/// Builds the tiles of one half (outbox or broker) and marks what is old.
class TileMaker
{
public:
    explicit TileMaker(const OverviewInput& input)
        : m_in(input)
        , m_outbox(input.lastOutbox ? &*input.lastOutbox->outbox : nullptr)
        , m_broker(input.lastBroker ? &*input.lastBroker->broker : nullptr)
    {}

    QList<TileContent> all() const
    {
        return {
            backlog(),
            oldestAge(),
            createdRate(),
            publishedRate(),
            drain(),
            pending(),
            oldestIdle(),
            dead()};
    }

private:
    TileContent outboxTile(const char* id, const char* title, std::optional<Series> series) const
    {
        const Error* error = m_in.now && !m_in.now->outbox ? &m_in.now->outbox.error() : nullptr;
        return tile(id, title, series, error, m_in.lastOutbox);
    }

    TileContent brokerTile(const char* id, const char* title, std::optional<Series> series) const
    {
        const Error* error = m_in.now && !m_in.now->broker ? &m_in.now->broker.error() : nullptr;
        return tile(id, title, series, error, m_in.lastBroker);
    }

    TileContent tile(
        const char* id,
        const char* title,
        std::optional<Series> series,
        const Error* error,
        const SnapshotPtr& last) const
    {
        TileContent tile;
        tile.id = QString::fromLatin1(id);
        tile.title = Text::tr(title);
        tile.series = series;
        tile.value = u"?"_s;
        tile.toolTip = error ? error->what : Text::tr("Not asked yet.");
        tile.isOld = error && last;
        if (tile.isOld)
            tile.note =
                Text::tr("as of %1").arg(format::time(last->finishedAt, m_in.now->finishedAt));
        return tile;
    }

    void setNote(TileContent& tile, const QString& note) const
    {
        if (!tile.isOld)
            tile.note = note;
    }

    void setCount(TileContent& tile, const Count& count) const
    {
        tile.value = format::count(count);
        if (!tile.isOld)
            tile.toolTip = count.reason;
    }

    Milliseconds ageLimit() const { return m_in.profile.thresholds.oldestUnpublished; }

    bool isLate() const
    {
        return m_outbox && m_outbox->oldestAge && *m_outbox->oldestAge > ageLimit();
    }

    TileContent backlog() const
    {
        TileContent tile =
            outboxTile("backlog", QT_TRANSLATE_NOOP("outboard", "Backlog"), Series::Backlog);
        if (!m_outbox)
            return tile;
        setCount(tile, m_outbox->unpublished);
        const auto fullest =
            std::ranges::max_element(m_outbox->topics, {}, [](const OutboxTopicState& topic) {
                return topic.unpublished.known().value_or(0);
            });
        if (fullest != m_outbox->topics.end() && fullest->unpublished.known().value_or(0) > 0)
            setNote(tile, Text::tr("most in %1").arg(format::oneLine(fullest->topic.text(), 40)));
        else if (m_outbox->unpublished == Count::exact(0))
            setNote(tile, Text::tr("nothing waits"));
        tile.tone = isLate() ? Tone::Critical : Tone::Neutral;
        return tile;
    }

    TileContent oldestAge() const
    {
        TileContent tile = outboxTile(
            "oldestAge", QT_TRANSLATE_NOOP("outboard", "Oldest unpublished"), Series::OldestAge);
        if (!m_outbox)
            return tile;
        const bool isEmpty = m_outbox->unpublished == Count::exact(0);
        tile.value = isEmpty ? Text::tr("none") : format::duration(m_outbox->oldestAge);
        if (!tile.isOld)
            tile.toolTip = isEmpty || m_outbox->oldestAge ? Text::tr("By the database's clock.")
                                                          : m_outbox->unpublished.reason;
        setNote(tile, Text::tr("limit %1").arg(format::duration(ageLimit())));
        tile.tone = isLate() ? Tone::Critical : Tone::Neutral;
        return tile;
    }

    QString whyNoRate() const
    {
        if (m_in.history.samples(Series::Backlog, {}).size() < 2)
            return Text::tr("Known from the second round on.");
        if (!m_outbox->unpublished.isExact())
            return Text::tr("The backlog is not counted exactly, so its flow cannot be told.");
        if (!m_outbox->highestId)
            return Text::tr(
                "The row ids are not integers, and the last minute could not be counted.");
        return Text::tr("The last two rounds cannot be compared; the next one will tell.");
    }

    TileContent rate(const char* id, const char* title, Series series) const
    {
        TileContent tile = outboxTile(id, title, series);
        tile.isOld = false; // A rate of before says nothing.
        if (!m_outbox || !m_in.now->outbox)
            return tile;
        const auto latest = m_in.history.latest(series);
        tile.value = format::rate(latest);
        tile.toolTip =
            latest ? Text::tr("Rows per second between the last two rounds.") : whyNoRate();
        return tile;
    }

    TileContent createdRate() const
    {
        TileContent tile =
            rate("createdRate", QT_TRANSLATE_NOOP("outboard", "Rows in /s"), Series::CreatedRate);
        tile.note = Text::tr("committed");
        return tile;
    }

    TileContent publishedRate() const
    {
        TileContent tile = rate(
            "publishedRate",
            QT_TRANSLATE_NOOP("outboard", "Rows relayed /s"),
            Series::PublishedRate);
        tile.note = Text::tr("sent, not yet handled");
        const bool isStill = m_in.history.latest(Series::PublishedRate) == 0.0;
        tile.tone = isStill && isLate() ? Tone::Critical : Tone::Neutral;
        return tile;
    }

    TileContent drain() const
    {
        TileContent tile =
            outboxTile("drain", QT_TRANSLATE_NOOP("outboard", "Time to drain"), std::nullopt);
        tile.isOld = false;
        tile.note.clear();
        if (!m_outbox || !m_in.now->outbox)
            return tile;
        tile.note = Text::tr("at the last minute's rates");
        const auto seconds = m_in.history.secondsToDrain();
        if (m_outbox->unpublished == Count::exact(0)) {
            tile.value = Text::tr("empty");
            tile.toolTip = Text::tr("Nothing waits.");
        } else if (seconds) {
            tile.value = format::duration(Milliseconds(std::llround(*seconds * 1000)));
            tile.toolTip = Text::tr("Backlog divided by how much more is relayed than comes in.");
        } else if (!m_outbox->unpublished.isExact()) {
            tile.toolTip = m_outbox->unpublished.reason;
        } else if (
            m_in.history.latest(Series::CreatedRate)
            && m_in.history.latest(Series::PublishedRate)) {
            tile.value = isLate() ? Text::tr("never") : Text::tr("steady");
            tile.toolTip =
                Text::tr("The backlog does not shrink: no more is relayed than comes in.");
            tile.tone = isLate() ? Tone::Critical : Tone::Neutral;
        } else {
            tile.toolTip = whyNoRate();
        }
        return tile;
    }

    TileContent pending() const
    {
        TileContent tile =
            brokerTile("pending", QT_TRANSLATE_NOOP("outboard", "Pending"), Series::Pending);
        if (!m_broker)
            return tile;
        setCount(tile, sum(*m_broker, &GroupState::pending));
        const Count stuck = sum(*m_broker, &GroupState::stuck);
        const auto groups = groupsOf(*m_broker).size();
        if (stuck.known().value_or(0) > 0) {
            setNote(tile, Text::tr("%1 stuck").arg(format::count(stuck)));
            tile.tone = Tone::Warning;
        } else {
            setNote(tile, Text::tr("in %1 groups").arg(groups));
        }
        return tile;
    }

    TileContent oldestIdle() const
    {
        TileContent tile = brokerTile(
            "oldestIdle", QT_TRANSLATE_NOOP("outboard", "Oldest idle"), Series::OldestIdle);
        if (!m_broker)
            return tile;
        const auto groups = groupsOf(*m_broker);
        const auto longest = std::ranges::max_element(groups, {}, [](const GroupAt& at) {
            return at.group->oldestIdle.value_or(Milliseconds(-1));
        });
        const bool isEmpty = std::ranges::all_of(
            groups, [](const GroupAt& at) { return at.group->pending == Count::exact(0); });
        const bool isKnown = longest != groups.end() && longest->group->oldestIdle;
        tile.value = isEmpty   ? Text::tr("none")
                     : isKnown ? format::duration(longest->group->oldestIdle)
                               : u"?"_s;
        if (!tile.isOld)
            tile.toolTip = isEmpty ? Text::tr("Nothing is pending.")
                           : isKnown
                               ? Text::tr("By the broker's clock, in %1.").arg(longest->text())
                               : sum(*m_broker, &GroupState::pending).reason;
        const Milliseconds limit = m_in.profile.thresholds.idle;
        setNote(
            tile,
            isKnown && !isEmpty ? longest->text()
                                : Text::tr("limit %1").arg(format::duration(limit)));
        if (isKnown && !isEmpty && *longest->group->oldestIdle > limit)
            tile.tone = Tone::Warning;
        return tile;
    }

    /// Adds up both halves, so it is as old as the older of them.
    TileContent dead() const
    {
        const bool isBrokerOld = m_in.now && !m_in.now->broker;
        TileContent tile =
            isBrokerOld ? brokerTile("dead", QT_TRANSLATE_NOOP("outboard", "Dead"), Series::Dead)
                        : outboxTile("dead", QT_TRANSLATE_NOOP("outboard", "Dead"), Series::Dead);
        if (!m_outbox || !m_broker)
            return tile;
        const Count poison = sum(*m_broker, &GroupState::poison);
        setNote(tile, Text::tr("%1 poison").arg(format::count(poison)));
        Count total = poison;
        for (const BrokerTopicState& topic : m_broker->topics)
            total = total + topic.dead;
        // Without a "dead" state in the mapping there are no dead rows to count.
        const bool hasDeadRows = m_outbox->dead.isKnown() || !m_in.profile.outbox.dead.isEmpty();
        if (hasDeadRows)
            total = total + m_outbox->dead;
        setCount(tile, total);
        if (tile.toolTip.isEmpty())
            tile.toolTip = hasDeadRows
                               ? Text::tr("Rows the producer marked failed, what lies in "
                                          "dead-letter streams, and entries delivered %1 times or "
                                          "more.")
                                     .arg(m_in.profile.thresholds.maxDeliveries)
                               : Text::tr("What lies in dead-letter streams, and entries delivered "
                                          "%1 times or more and still pending.")
                                     .arg(m_in.profile.thresholds.maxDeliveries);
        tile.tone = total.known().value_or(0) > 0 ? Tone::Warning : Tone::Neutral;
        return tile;
    }

    const OverviewInput& m_in;
    const OutboxState* m_outbox;
    const BrokerState* m_broker;
};

} // namespace

QList<TileContent> overviewTiles(const OverviewInput& input)
{
    return TileMaker(input).all();
}

} // namespace outboard
