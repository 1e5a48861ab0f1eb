// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/incidentactions.h"

#include "core/onanswer.h"
#include "core/operatorname.h"
#include "dialogs/incidentcomparedialog.h"
#include "parts/fileprompt.h"
#include "parts/icons.h"
#include "services/historykeeper.h"
#include "services/incidentsnapshot.h"
#include "services/session.h"

#include <QAction>
#include <QWidget>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto reach = 6h;
constexpr qsizetype groupsShown = 6;
constexpr qint64 deedsShown = 100;

} // namespace

IncidentActions::IncidentActions(
    Session& session, std::function<void(const QString&)> notify, QWidget* window)
    : QObject(window)
    , m_session(session)
    , m_notify(std::move(notify))
    , m_save(new QAction(icon(u"outbox"_s), tr("Save incident snapshot…"), this))
    , m_compare(new QAction(icon(u"search"_s), tr("Compare with an incident snapshot…"), this))
{
    m_save->setObjectName(u"command:incident:save"_s);
    m_save->setToolTip(tr("All numbers, findings and charts of now in one file"));
    m_compare->setObjectName(u"command:incident:compare"_s);
    connect(m_save, &QAction::triggered, this, [this] {
        const QString name = m_session.profile().name;
        askSavePath(
            this->window(),
            tr("Save incident snapshot"),
            u"incident-%1.html"_s.arg(name),
            {tr("Page (*.html)"), tr("Data (*.json)")},
            [this](const QString& path) { saveTo(path); });
    });
    connect(m_compare, &QAction::triggered, this, [this] {
        askOpenPath(
            this->window(),
            tr("Compare with an incident snapshot"),
            {tr("Incident snapshots (*.html *.json)")},
            [this](const QString& path) { compareWith(path); });
    });
}

QWidget* IncidentActions::window() const
{
    return qobject_cast<QWidget*>(parent());
}

void IncidentActions::gather(std::function<void(const Result<QJsonObject>&)> done)
{
    const SnapshotPtr snapshot = m_session.poller().latest();
    if (!snapshot) {
        done(Error{
            Error::Kind::Refused, tr("Nothing was measured yet. Wait for the first round."), {}});
        return;
    }
    const TimePoint from = snapshot->finishedAt - reach;
    const auto finish = [this, snapshot, from, done = std::move(done)](
                            const StoredHistory& stored, const Result<JournalPage>& page) {
        done(incidentDocument(
            {*snapshot,
             m_session.profile(),
             m_session.poller().history(),
             stored,
             page ? page->entries : QList<JournalEntry>(),
             operatorName(),
             from}));
    };
    const auto readJournal = [this, from, finish](const StoredHistory& stored) {
        const JournalFilter filter{
            .profile = m_session.profile().name, .action = {}, .text = {}, .since = from};
        onAnswer(
            m_session.journalPage(filter, std::nullopt, deedsShown),
            this,
            [finish, stored](const Result<JournalPage>& page) { finish(stored, page); });
    };
    HistoryKeeper* keeper = HistoryKeeper::of(&m_session);
    if (!keeper) {
        readJournal({});
        return;
    }
    // What is missing of the past is no reason to have no snapshot of the present.
    onAnswer(
        keeper->read(from, snapshot->finishedAt, groupsShown),
        this,
        [readJournal](const Result<StoredHistory>& stored) {
            readJournal(stored.value_or(StoredHistory()));
        });
}

void IncidentActions::saveTo(const QString& path)
{
    gather([this, path](const Result<QJsonObject>& document) {
        const auto written =
            document ? writeIncident(path, *document) : Result<void>(document.error());
        m_notify(written ? tr("Saved %1").arg(path) : written.error().what);
    });
}

void IncidentActions::compareWith(const QString& path)
{
    const auto before = readIncident(path);
    if (!before) {
        m_notify(before.error().what);
        return;
    }
    gather([this, before = *before](const Result<QJsonObject>& now) {
        if (now)
            (new IncidentCompareDialog(before, *now, window()))->show();
        else
            m_notify(now.error().what);
    });
}

} // namespace outboard
