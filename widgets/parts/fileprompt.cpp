// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/fileprompt.h"

#include <QFileDialog>
#include <QRegularExpression>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QFileDialog* makeDialog(
    QWidget* parent, const QString& title, const QStringList& filters, const PathFn& chosen)
{
    auto* dialog = new QFileDialog(parent, title);
    dialog->setObjectName(u"filePrompt"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters(filters);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, chosen);
    return dialog;
}

/// "md" of "Markdown (*.md)".
QString endingOf(const QString& filter)
{
    static const QRegularExpression pattern(u"\\*\\.(\\w+)"_s);
    return pattern.match(filter).captured(1);
}

} // namespace

void askSavePath(
    QWidget* parent,
    const QString& title,
    const QString& proposal,
    const QStringList& filters,
    const PathFn& chosen)
{
    QFileDialog* dialog = makeDialog(parent, title, filters, chosen);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(endingOf(filters.value(0)));
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(endingOf(filter));
    });
    dialog->selectFile(proposal);
    dialog->open();
}

void askOpenPath(
    QWidget* parent, const QString& title, const QStringList& filters, const PathFn& chosen)
{
    QFileDialog* dialog = makeDialog(parent, title, filters, chosen);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->open();
}

} // namespace outboard
