// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/keyssheet.h"

#include "parts/label.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QGridLayout>

namespace outboard {

using namespace Qt::StringLiterals;

KeysSheet::KeysSheet(const QList<QAction*>& actions, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(u"keysSheet"_s);
    setWindowTitle(tr("Keys"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(24, 20, 24, 16);
    grid->setHorizontalSpacing(28);
    grid->setVerticalSpacing(8);
    int row = 0;
    for (const QAction* action : actions) {
        if (action->shortcut().isEmpty())
            continue;
        auto* keys = new Label(this, Label::Style::Strong, Tone::Accent);
        keys->setText(action->shortcut().toString(QKeySequence::NativeText));
        auto* what = new Label(this);
        what->setText(action->text().remove(u'&'));
        grid->addWidget(keys, row, 0, Qt::AlignRight);
        grid->addWidget(what, row, 1);
        ++row;
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    grid->addWidget(buttons, row, 0, 1, 2);
}

} // namespace outboard
