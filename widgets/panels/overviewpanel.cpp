// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/overviewpanel.h"

#include "core/onanswer.h"
#include "dialogs/incidentactions.h"
#include "dialogs/mutedialog.h"
#include "panels/findingslist.h"
#include "panels/headlineview.h"
#include "panels/overviewcharts.h"
#include "panels/overviewtime.h"
#include "parts/banner.h"
#include "parts/fileprompt.h"
#include "parts/tableexport.h"
#include "parts/tile.h"
#include "plots/sparkline.h"
#include "services/historykeeper.h"
#include "services/session.h"

#include <QBuffer>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int tilesWide = 8;
constexpr int tilesNarrow = 4;
constexpr int widthForAllTiles = 1500;
constexpr int widthForTwoCharts = 820;
constexpr int heightForMoreFindings = 1000;

Tone lineTone(const TileContent& tile)
{
    return tile.isOld ? Tone::Muted : tile.tone == Tone::Neutral ? Tone::Accent : tile.tone;
}

} // namespace

OverviewPanel::OverviewPanel(PanelHost host, QWidget* parent)
    : Panel(std::move(host), parent)
    , m_headline(new HeadlineView(this))
    , m_time(new OverviewTime(this->host(), this))
    , m_historyProblem(new Banner(this))
    , m_findings(new FindingsList(this))
    , m_summary(new QVBoxLayout)
    , m_tileGrid(new QGridLayout)
    , m_charts(new OverviewCharts(this->host().session->profile().thresholds, this))
{
    build();
    connect(m_time, &OverviewTime::changed, this, &OverviewPanel::redraw);
    connect(m_time, &OverviewTime::pngWanted, this, &OverviewPanel::savePicture);
    connect(m_time, &OverviewTime::csvWanted, this, &OverviewPanel::saveCsv);
    connect(m_charts, &OverviewCharts::rangeWanted, m_time, &OverviewTime::pin);
    connect(m_charts, &OverviewCharts::nowWanted, m_time, &OverviewTime::goLive);
    followHistory();
    auto* incidents = new IncidentActions(*this->host().session, this->host().notify, this);
    m_time->addButton(incidents->save());
    connect(m_findings, &FindingsList::chosen, this, [this](const Remedy& remedy) {
        this->host().applyRemedy(remedy);
    });
    connect(m_findings, &FindingsList::muteWanted, this, &OverviewPanel::changeMute);
    m_ages.setInterval(1s);
    connect(&m_ages, &QTimer::timeout, this, &OverviewPanel::redrawFindings);
    redraw();
}

void OverviewPanel::build()
{
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(10);
    auto* top = new QHBoxLayout;
    top->setSpacing(16);
    top->addWidget(m_headline, 1);
    top->addWidget(m_time, 0, Qt::AlignVCenter);
    m_tileGrid->setSpacing(10);
    column->addLayout(top);
    m_summary->setSpacing(10);
    m_summary->addWidget(m_findings, 1);
    m_summary->addLayout(m_tileGrid, 1);
    column->addLayout(m_summary);
    column->addWidget(m_historyProblem);
    column->addWidget(m_charts, 1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    // The window's colour, not a table's.
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(scroll);
}

void OverviewPanel::followHistory()
{
    m_historyProblem->setObjectName(u"historyBanner"_s);
    m_historyProblem->hide();
    const HistoryKeeper* keeper = HistoryKeeper::of(host().session);
    if (!keeper)
        return;
    const auto tell = [this, keeper] {
        const std::optional<Error>& problem = keeper->problem();
        m_historyProblem->setVisible(problem.has_value());
        if (problem)
            m_historyProblem->show(
                {.title = tr("What is measured now is not kept"),
                 .text = problem->what,
                 .side = {},
                 .detail = problem->detail,
                 .action = {},
                 .tone = Tone::Warning});
    };
    connect(keeper, &HistoryKeeper::problemChanged, this, tell);
    tell();
}

QString OverviewPanel::shownTitle() const
{
    const ChartRange range = m_time->range(m_latest ? m_latest->finishedAt : TimePoint());
    return tr("%1, %2 to %3")
        .arg(host().session->profile().name, isoText(range.from), isoText(range.to));
}

void OverviewPanel::savePicture()
{
    const QPixmap picture = m_charts->picture(shownTitle());
    askSavePath(
        this,
        tr("Save the charts"),
        u"charts.png"_s,
        {tr("Picture (*.png)")},
        [=, this](auto& path) {
            QByteArray png;
            QBuffer buffer(&png);
            buffer.open(QIODevice::WriteOnly);
            picture.save(&buffer, "PNG");
            const auto written = writeFile(path, png);
            host().notify(written ? tr("Saved %1").arg(path) : written.error().what);
        });
}

void OverviewPanel::saveCsv()
{
    const QByteArray csv = m_charts->csv();
    askSavePath(
        this, tr("Save the numbers"), u"charts.csv"_s, {tr("CSV (*.csv)")}, [=, this](auto& path) {
            const auto written = writeFile(path, csv);
            host().notify(written ? tr("Saved %1").arg(path) : written.error().what);
        });
}

QList<QAction*> OverviewPanel::panelActions() const
{
    return m_time->timeActions();
}

void OverviewPanel::present(const SnapshotPtr& snapshot)
{
    m_latest = snapshot;
    if (snapshot->outbox)
        m_lastOutbox = snapshot;
    if (snapshot->broker)
        m_lastBroker = snapshot;
    emitBadge();
    if (isVisible())
        redraw();
}

void OverviewPanel::emitBadge()
{
    const QList<Finding> findings = unmuted(m_latest->findings);
    const auto worst = std::ranges::max_element(findings, {}, &Finding::severity);
    if (worst == findings.end())
        emit badgeChanged({}, Tone::Neutral);
    else
        emit badgeChanged(QString::number(findings.size()), toneOf(worst->severity));
}

void OverviewPanel::changeMute(const Finding& finding)
{
    FindingMutes& mutes = host().session->poller().mutes();
    const auto tell = [this](const Result<void>& done) {
        if (!done)
            host().notify(done.error().what);
    };
    if (finding.mute) {
        onAnswer(mutes.unmute(finding.id), this, tell);
        return;
    }
    auto* dialog = new MuteDialog(finding.title, QWidget::window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(
        dialog,
        &MuteDialog::muted,
        this,
        [this, &mutes, id = finding.id, tell](const QString& reason, Milliseconds length) {
            onAnswer(mutes.mute(id, reason, length), this, tell);
        });
    dialog->open();
}

void OverviewPanel::redraw()
{
    redrawFindings();
    redrawTiles();
    if (!m_latest)
        return;
    const TimePoint now = m_latest->finishedAt;
    m_charts->show(m_time->history(now), m_time->range(now));
}

void OverviewPanel::redrawFindings()
{
    const TimePoint now = host().session->clock()();
    m_headline->show(overviewHeadline(m_latest, host().session->profile(), now));
    m_findings->setCanMute(host().session->poller().mutes().canMute());
    m_findings->show(m_latest ? m_latest->findings : QList<Finding>(), now);
}

void OverviewPanel::redrawTiles()
{
    const History& history = host().session->poller().history();
    const QList<TileContent> contents =
        overviewTiles({m_latest, m_lastOutbox, m_lastBroker, history, host().session->profile()});
    for (const TileContent& content : contents) {
        const auto index = size_t(&content - contents.data());
        if (index == m_tiles.size())
            m_tiles.push_back(new Tile(content.id, content.title, this));
        Tile& tile = *m_tiles[index];
        tile.show(content.value, content.note, content.toolTip, content.tone, content.isOld);
        if (!content.series || !m_latest)
            continue;
        const TimePoint to = m_latest->finishedAt;
        const auto samples = history.samples(*content.series, to - m_time->window());
        const TimePoint from = samples.isEmpty() ? to - m_time->window() : samples.first().at;
        tile.sparkline()->show(samples, from, to, lineTone(content));
    }
    arrange();
}

void OverviewPanel::arrange()
{
    m_charts->setColumns(width() < widthForTwoCharts ? 1 : 2);
    m_findings->setRoom(height() >= heightForMoreFindings ? 6 : 3);
    const bool isWide = width() >= widthForAllTiles;
    const bool areBeside = isWide && m_latest && !m_latest->findings.isEmpty();
    m_summary->setDirection(areBeside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    const int columns = isWide && !areBeside ? tilesWide : tilesNarrow;
    if (columns == m_tileColumns)
        return;
    m_tileColumns = columns;
    for (int i = 0; i < int(m_tiles.size()); ++i)
        m_tileGrid->addWidget(m_tiles[size_t(i)], i / columns, i % columns);
    for (int column = 0; column < tilesWide; ++column)
        m_tileGrid->setColumnStretch(column, column < columns ? 1 : 0);
}

void OverviewPanel::showEvent(QShowEvent* event)
{
    Panel::showEvent(event);
    redraw();
    m_ages.start();
}

void OverviewPanel::resizeEvent(QResizeEvent* event)
{
    Panel::resizeEvent(event);
    arrange();
}

} // namespace outboard
