// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/textsearch.h"

#include "parts/icons.h"
#include "parts/label.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// More marks would make every repaint slow and tell nobody anything.
constexpr qsizetype maxMatches = 1000;

} // namespace

TextSearch::TextSearch(QPlainTextEdit* text, QWidget* parent)
    : QWidget(parent)
    , m_text(text)
    , m_line(new QLineEdit(this))
    , m_count(new Label(this, Label::Style::Small, Tone::Muted))
{
    m_line->setObjectName(u"payloadSearch"_s);
    m_line->setPlaceholderText(tr("Find in payload"));
    m_line->setAccessibleName(tr("Find in payload"));
    m_line->setClearButtonEnabled(true);
    m_line->addAction(icon(u"search"_s, Tone::Muted), QLineEdit::LeadingPosition);
    m_line->installEventFilter(this);
    m_count->setObjectName(u"payloadMatches"_s);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->addWidget(m_line, 1);
    row->addWidget(m_count);
    connect(m_line, &QLineEdit::textChanged, this, [this] {
        refresh();
        goTo(0);
    });
}

void TextSearch::refresh()
{
    m_matches.clear();
    m_current = -1;
    const QString word = m_line->text();
    if (!word.isEmpty()) {
        QTextDocument* document = m_text->document();
        for (QTextCursor found = document->find(word);
             !found.isNull() && m_matches.size() < maxMatches;
             found = document->find(word, found))
            m_matches.append(found);
    }
    mark();
}

void TextSearch::focus()
{
    m_line->setFocus();
    m_line->selectAll();
}

void TextSearch::goToNext()
{
    goTo(m_current + 1);
}

void TextSearch::goToPrevious()
{
    goTo(m_current - 1);
}

bool TextSearch::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_line || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
        key->modifiers().testFlag(Qt::ShiftModifier) ? goToPrevious() : goToNext();
        return true;
    }
    if (key->key() == Qt::Key_Escape && !m_line->text().isEmpty()) {
        m_line->clear();
        return true;
    }
    return false;
}

void TextSearch::goTo(qsizetype match)
{
    if (m_matches.isEmpty())
        return;
    m_current = (match + m_matches.size()) % m_matches.size();
    QTextCursor cursor = m_matches[m_current];
    cursor.setPosition(cursor.selectionStart());
    m_text->setTextCursor(cursor);
    m_text->ensureCursorVisible();
    mark();
}

void TextSearch::mark()
{
    const Theme& theme = currentTheme();
    QList<QTextEdit::ExtraSelection> marks;
    for (qsizetype i = 0; i < m_matches.size(); ++i) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = m_matches[i];
        mark.format.setBackground(
            i == m_current ? theme.color(Tone::Warning) : theme.fill(Tone::Warning));
        if (i == m_current)
            mark.format.setForeground(theme.surface);
        marks.append(mark);
    }
    m_text->setExtraSelections(marks);
    const bool isCut = m_matches.size() == maxMatches;
    const QString all = QString::number(m_matches.size()) + (isCut ? u"+"_s : QString());
    m_count->setVisible(!m_line->text().isEmpty());
    m_count->setText(
        m_matches.isEmpty() ? tr("no match") : tr("%1 of %2").arg(m_current + 1).arg(all));
}

} // namespace outboard
