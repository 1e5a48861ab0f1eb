// SPDX-License-Identifier: GPL-3.0-or-later
#include "statusline.h"

#include "parts/label.h"
#include "services/poller.h"
#include "text/format.h"

#include <QHBoxLayout>
#include <QPainter>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

StatusLine::StatusLine(const Poller& poller, Clock clock, QWidget* parent)
    : QWidget(parent)
    , m_poller(poller)
    , m_clock(std::move(clock))
    , m_round(new Label(this, Label::Style::Small, Tone::Muted))
    , m_note(new Label(this, Label::Style::Small))
{
    setObjectName(u"statusLine"_s);
    m_round->setObjectName(u"roundText"_s);
    m_note->setObjectName(u"noteText"_s);
    m_note->setElided(true);
    auto* keys = new Label(this, Label::Style::Small, Tone::Muted);
    keys->setText(tr("Ctrl+K commands    ? keys"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 4, 16, 4);
    row->setSpacing(24);
    row->addWidget(m_round);
    row->addWidget(m_note, 1);
    row->addWidget(keys);
    m_noteEnds.setSingleShot(true);
    connect(&m_noteEnds, &QTimer::timeout, m_note, [this] { m_note->clear(); });
    tick();
}

void StatusLine::tick()
{
    m_round->setText(roundText());
}

void StatusLine::notify(const QString& text)
{
    m_note->setText(text);
    m_noteEnds.start(8s);
}

QString StatusLine::roundText() const
{
    const SnapshotPtr latest = m_poller.latest();
    if (!latest)
        return tr("Asking the servers for the first time…");
    const TimePoint now = m_clock();
    const auto took = latest->finishedAt - latest->startedAt;
    const QString asked = tr("Updated %1, took %2")
                              .arg(format::time(latest->finishedAt, now), format::roundTrip(took));
    const auto interval = m_poller.interval();
    if (!interval)
        return tr("%1 · automatic refresh is off").arg(asked);
    // Old numbers must never look new.
    const auto age = std::chrono::floor<std::chrono::seconds>(now - latest->finishedAt);
    if (age > 3 * *interval + 2s)
        return tr("%1 · %2 old").arg(asked, format::duration(Milliseconds(age)));
    return asked;
}

void StatusLine::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), 1), currentTheme().border);
}

} // namespace outboard
