// SPDX-License-Identifier: GPL-3.0-or-later
#include "operationrow.h"

#include "parts/icons.h"
#include "parts/label.h"
#include "services/operation.h"
#include "text/format.h"
#include "text/sourcetext.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Look
{
    QString icon;
    Tone tone;
};

Look lookOf(Operation::State state)
{
    switch (state) {
    case Operation::State::Running: return {u"play"_s, Tone::Accent};
    case Operation::State::Stopping: return {u"pause"_s, Tone::Warning};
    case Operation::State::Done: return {u"check"_s, Tone::Good};
    case Operation::State::DoneInPart: return {u"warning"_s, Tone::Warning};
    case Operation::State::Failed: return {u"critical"_s, Tone::Critical};
    }
    return {u"notice"_s, Tone::Neutral};
}

} // namespace

OperationRow::OperationRow(Operation* operation, QWidget* parent)
    : QWidget(parent)
    , m_operation(operation)
    , m_icon(new QLabel(this))
    , m_title(new Label(this, Label::Style::Strong))
    , m_text(new Label(this))
    , m_bar(new QProgressBar(this))
    , m_stop(new QPushButton(tr("Stop"), this))
    , m_dismiss(new QToolButton(this))
{
    setObjectName(u"operationRow"_s);
    m_title->setText(operation->title());
    m_text->setObjectName(u"operationText"_s);
    m_text->setElided(true);
    m_bar->setObjectName(u"operationProgress"_s);
    m_bar->setAccessibleName(operation->title());
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(220);
    m_stop->setObjectName(u"operationStop"_s);
    m_stop->setAccessibleName(tr("Stop %1").arg(operation->title()));
    m_dismiss->setObjectName(u"operationDismiss"_s);
    m_dismiss->setIcon(icon(u"close"_s, Tone::Muted));
    m_dismiss->setAccessibleName(tr("Dismiss %1").arg(operation->title()));
    m_dismiss->setToolTip(tr("Dismiss"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 5, 12, 5);
    row->setSpacing(10);
    row->addWidget(m_icon);
    row->addWidget(m_title);
    row->addWidget(m_bar);
    row->addWidget(m_text, 1);
    row->addWidget(m_stop);
    row->addWidget(m_dismiss);
    connect(m_stop, &QPushButton::clicked, m_operation, &Operation::stop);
    connect(m_stop, &QPushButton::clicked, this, &OperationRow::follow);
    connect(m_dismiss, &QToolButton::clicked, this, &OperationRow::dismissed);
    connect(m_operation, &Operation::progressed, this, &OperationRow::follow);
    connect(m_operation, &Operation::finished, this, &OperationRow::follow);
    follow();
}

void OperationRow::follow()
{
    const Look look = lookOf(m_operation->state());
    m_icon->setPixmap(icon(look.icon, look.tone).pixmap(QSize(16, 16), devicePixelRatioF()));
    const bool isRunning = m_operation->isRunning();
    m_bar->setVisible(isRunning);
    m_stop->setVisible(isRunning);
    m_dismiss->setVisible(!isRunning);
    if (isRunning)
        showRunning();
    else
        showResult();
}

void OperationRow::showRunning()
{
    const bool isStopping = m_operation->state() == Operation::State::Stopping;
    const auto total = m_operation->total();
    const qint64 done = m_operation->done();
    // In thousandths, because a QProgressBar counts in int.
    m_bar->setRange(0, total ? 1000 : 0);
    m_bar->setValue(total && *total > 0 ? int(std::min<qint64>(1000, done * 1000 / *total)) : 0);
    QString text = total ? tr("%1 of %2").arg(format::number(done), format::number(*total))
                         : tr("%1 done").arg(format::number(done));
    if (isStopping)
        text += tr(" · stopping after this chunk");
    m_text->setTone(Tone::Muted);
    m_text->setText(text);
    m_stop->setEnabled(!isStopping);
}

void OperationRow::showResult()
{
    const auto& error = m_operation->error();
    m_text->setTone(error ? Tone::Critical : Tone::Neutral);
    QStringList sentences{m_operation->summary()};
    if (error)
        sentences << error->what;
    sentences.removeAll(QString());
    sentences.removeDuplicates();
    m_text->setText(sentences.join(u' '));
    m_text->setToolTip(
        plainToolTip(error ? m_text->text() + u'\n' + error->detail : m_text->text()));
    setAccessibleDescription(m_text->text());
}

} // namespace outboard
