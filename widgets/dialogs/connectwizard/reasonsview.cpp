// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/connectwizard/reasonsview.h"

#include "parts/label.h"
#include "text/format.h"

#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// Names come from servers: shown escaped.
QString lines(const QStringList& sentences)
{
    QStringList shown;
    for (const QString& sentence : sentences)
        shown << u"• "_s + format::oneLine(sentence, 400);
    return shown.join(u'\n');
}

} // namespace

ReasonsView::ReasonsView(QWidget* parent)
    : QWidget(parent)
    , m_reasons(new Label(this, Label::Style::Body, Tone::Muted))
    , m_doubts(new Label(this, Label::Style::Body, Tone::Warning))
{
    m_reasons->setObjectName(u"reasons"_s);
    m_doubts->setObjectName(u"doubts"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(6);
    for (Label* label : {m_reasons, m_doubts}) {
        label->setWordWrap(true);
        column->addWidget(label);
    }
}

void ReasonsView::present(const QStringList& reasons, const QStringList& doubts)
{
    m_reasons->setText(lines(reasons));
    m_reasons->setVisible(!reasons.isEmpty());
    m_doubts->setText(lines(doubts));
    m_doubts->setVisible(!doubts.isEmpty());
}

} // namespace outboard
