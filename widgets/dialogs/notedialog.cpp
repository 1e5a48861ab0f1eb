// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/notedialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

NoteDialog::NoteDialog(const QString& about, const QString& note, QWidget* parent)
    : QDialog(parent)
    , m_text(new QPlainTextEdit(note))
{
    setObjectName(u"noteDialog"_s);
    setWindowTitle(tr("Note"));
    setModal(true);
    resize(520, 260);
    auto* label = new QLabel(about);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    m_text->setObjectName(u"noteText"_s);
    m_text->setAccessibleName(tr("Note"));
    m_text->setPlaceholderText(tr("Kept on this machine; empty removes the note"));
    m_text->setTabChangesFocus(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Save)->setObjectName(u"saveNote"_s);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(12);
    layout->addWidget(label);
    layout->addWidget(m_text, 1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        emit noted(m_text->toPlainText());
        accept();
    });
}

} // namespace outboard
