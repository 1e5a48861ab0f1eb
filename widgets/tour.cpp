// SPDX-License-Identifier: GPL-3.0-or-later
#include "tour.h"

#include "core/onanswer.h"
#include "mainwindow.h"
#include "sandbox/incidents.h"
#include "services/session.h"
#include "store/deadstore.h"
#include "store/journal.h"
#include "store/runstore.h"
#include "theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QSettings>
#include <QTemporaryDir>
#include <QTextStream>
#include <QTimer>

#include <algorithm>
#include <deque>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr QSize laptop(1280, 800);
constexpr QSize desk(2560, 1440);
// Panels ask the servers when they are opened; the answers come from unix sockets.
constexpr Milliseconds settling = 900ms;
constexpr qint64 relayedRows = 100;
constexpr int noAnswer = 3;
constexpr int notWritten = 2;

struct Picture
{
    qsizetype panel = 0;
    QString name;
    ColorMode mode = ColorMode::Light;
    QSize size = laptop;
};

QString fileName(const Picture& picture, int number)
{
    const QString mode = picture.mode == ColorMode::Dark ? u"dark"_s : u"light"_s;
    const QString size = picture.size == laptop ? QString() : u"-%1"_s.arg(picture.size.width());
    return u"%1-%2-%3%4.png"_s.arg(number, 2, 10, QLatin1Char('0')).arg(picture.name, mode, size);
}

/// What an operator presses next, and what the picture of what then shows is called; none: empty.
struct Press
{
    QString button; ///< By object name.
    QString picture;
};

/// Works off its pictures one by one from timers, so that polling goes on in between.
class Tour final : public QObject
{
public:
    Tour(QApplication& app, Session& session, MainWindow& window, const TourOptions& options)
        : m_app(app)
        , m_session(session)
        , m_window(window)
        , m_options(options)
    {}

    void start()
    {
        m_window.resize(laptop);
        m_window.show();
        m_session.poller().setInterval(1s);
        QTimer::singleShot(m_options.calm, this, [this] { showCalm(); });
    }

private:
    void showCalm()
    {
        if (!m_session.poller().latest()) {
            QTextStream(stderr) << tr("No server answered; there is nothing to show.") << Qt::endl;
            QCoreApplication::exit(noAnswer);
            return;
        }
        for (const ColorMode mode : {ColorMode::Light, ColorMode::Dark})
            m_pictures.push_back({0, u"%1-calm"_s.arg(panelKinds().first().id), mode, laptop});
        next([this] { beginTrouble(); });
    }

    void beginTrouble()
    {
        if (!m_options.incidents) {
            showAll();
            return;
        }
        // What goes wrong behind the relay needs the relay, so that one stops last.
        startIncidents(false);
        waitFor({u"consumer_stuck"_s, u"poison"_s}, [this] {
            startIncidents(true);
            waitFor({u"relay_stalled"_s}, [this] { relaySome(); });
        });
    }

    void startIncidents(bool ofTheRelay)
    {
        // The others take away what these are about to show: entries, marks, the ledger's memory.
        const QStringList names = ofTheRelay ? QStringList{u"relay-stopped"_s}
                                             : QStringList{u"consumer-crashed"_s, u"poison"_s};
        for (const QString& name : names)
            std::ignore = m_options.incidents->start(name);
    }

    /// Goes on when the rules with these ids have found something, or patience ends.
    void waitFor(const QStringList& rules, const std::function<void()>& then)
    {
        m_giveUpAt = m_session.clock()() + m_options.patience;
        lookFor(rules, then);
    }

    void lookFor(const QStringList& rules, const std::function<void()>& then)
    {
        const QList<Finding>& findings = m_session.poller().latest()->findings;
        const bool isFound = std::ranges::all_of(rules, [&findings](const QString& rule) {
            return std::ranges::any_of(
                findings, [&rule](const Finding& finding) { return finding.id.startsWith(rule); });
        });
        if (isFound || m_session.clock()() > m_giveUpAt)
            then();
        else
            QTimer::singleShot(500ms, this, [this, rules, then] { lookFor(rules, then); });
    }

    /// An operator who begins to mend: for the journal, and the operations' strip.
    void relaySome()
    {
        RelayRequest request;
        request.max = relayedRows;
        std::ignore = m_session.arm(m_session.profile().name);
        onAnswer(m_session.relay(request).answer, this, [this](const Result<RelayReport>&) {
            m_session.disarm();
            showAll();
        });
    }

    void showAll()
    {
        planStuck();
        for (qsizetype i = 0; i < panelKinds().size(); ++i) {
            for (const QSize size : {laptop, desk}) {
                for (const ColorMode mode : {ColorMode::Light, ColorMode::Dark})
                    m_pictures.push_back({i, panelKinds().at(i).id, mode, size});
            }
        }
        next([this] { replaySome(); });
    }

    /// The plan is run where nothing can be harmed, to show how: dialog, first step, outcome.
    void replaySome()
    {
        if (!m_options.incidents) {
            QCoreApplication::exit(0);
            return;
        }
        std::ignore = m_session.arm(m_session.profile().name);
        const auto replay = std::ranges::find(panelKinds(), u"replay"_s, &PanelKind::id);
        m_replay = std::distance(panelKinds().begin(), replay);
        m_window.open(m_replay);
        m_presses = {
            {u"replayActionButton"_s, u"replay-dialog"_s},
            {u"run"_s, {}},
            {u"goOnButton"_s, u"replay-step"_s},
            {u"goOnButton"_s, {}},
            {u"goOnButton"_s, u"replay-outcome"_s},
        };
        press();
    }

    void press()
    {
        if (m_presses.empty()) {
            QCoreApplication::exit(0);
            return;
        }
        const Press step = m_presses.front();
        m_presses.pop_front();
        for (auto* button : m_window.findChildren<QAbstractButton*>(step.button)) {
            if (button->isVisible() && button->isEnabled())
                button->click();
        }
        if (!step.picture.isEmpty()) {
            for (const ColorMode mode : {ColorMode::Light, ColorMode::Dark})
                m_pictures.push_back({m_replay, step.picture, mode, laptop});
        }
        QTimer::singleShot(settling, this, [this] { next([this] { press(); }); });
    }

    /// Stuck entries of the first group that has any, so that Replay has a plan to show.
    void planStuck()
    {
        const SnapshotPtr latest = m_session.poller().latest();
        if (!latest->broker)
            return;
        for (const BrokerTopicState& topic : latest->broker->topics) {
            for (const GroupState& group : topic.groups) {
                if (group.pending.known().value_or(0) == 0)
                    continue;
                PlanRequest request;
                request.from = PlanRequest::From::Pending;
                request.topic = topic.name;
                request.group = group.name;
                for (Panel* panel : m_window.findChildren<Panel*>())
                    panel->planReplay(request);
                return;
            }
        }
    }

    /// Takes the pictures that wait, then goes on with `then`.
    void next(const std::function<void()>& then)
    {
        if (m_pictures.empty()) {
            then();
            return;
        }
        const Picture picture = m_pictures.front();
        m_pictures.pop_front();
        applyTheme(m_app, picture.mode);
        m_window.resize(picture.size);
        m_window.open(picture.panel);
        QTimer::singleShot(settling, this, [this, picture, then] {
            if (take(picture))
                next(then);
        });
    }

    bool take(const Picture& picture)
    {
        const QString path = QDir(m_options.directory).filePath(fileName(picture, ++m_number));
        // A dialog is a window of its own.
        QWidget* dialog = QApplication::activeModalWidget();
        if ((dialog ? dialog : &m_window)->grab().save(path)) {
            QTextStream(stdout) << path << Qt::endl;
            return true;
        }
        QTextStream(stderr) << tr("Cannot write %1. Choose another folder.").arg(path) << Qt::endl;
        QCoreApplication::exit(notWritten);
        return false;
    }

    QApplication& m_app;
    Session& m_session;
    MainWindow& m_window;
    const TourOptions& m_options;
    std::deque<Picture> m_pictures;
    std::deque<Press> m_presses;
    qsizetype m_replay = 0;
    TimePoint m_giveUpAt;
    int m_number = 0;
};

} // namespace

int runTour(QApplication& app, const BackendsPtr& backends, const TourOptions& options)
{
    QDir().mkpath(options.directory);
    // Not the operator's: pictures must not depend on what was chosen before.
    const QTemporaryDir scratch;
    QSettings settings(scratch.filePath(u"window.ini"_s), QSettings::IniFormat);
    const auto runs = RunStore::open(scratch.filePath(u"runs.sqlite"_s));
    Session session(
        backends,
        runs.value_or(nullptr),
        Journal::open(scratch.filePath(u"journal.sqlite"_s)),
        systemClock());
    if (const auto dead = DeadStore::open(scratch.filePath(u"deadletters.sqlite"_s)))
        session.setDeadStore(*dead);
    applyTheme(app, ColorMode::Light);
    MainWindow window(session, settings);
    if (options.incidents)
        window.addIncidents(*options.incidents);
    Tour tour(app, session, window, options);
    tour.start();
    return QApplication::exec();
}

} // namespace outboard
