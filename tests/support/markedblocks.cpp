// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/markedblocks.h"

#include <QFile>
#include <QRegularExpression>

namespace outboard {

using namespace Qt::StringLiterals;

QString markedBlock(const QString& path, const QString& name)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QRegularExpression block(
        u"<!-- %1 -->\\n```[a-z]*\\n(.*?)\\n```"_s.arg(QRegularExpression::escape(name)),
        QRegularExpression::DotMatchesEverythingOption);
    return block.match(QString::fromUtf8(file.readAll())).captured(1);
}

} // namespace outboard
