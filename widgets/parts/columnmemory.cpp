// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/columnmemory.h"

#include "models/column.h"

#include <QAbstractItemModel>
#include <QEvent>
#include <QHeaderView>
#include <QSettings>

#include <algorithm>
#include <cmath>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int narrowest = 36;
constexpr int widest = 2000;

/// Columns as wide as this at first give way when there is no room for all, down to the lower one.
constexpr int elasticFrom = 200;
constexpr int elasticTo = 120;

constexpr int padding = 18;
constexpr int paddingAndArrow = 34;

int titleWidth(const QHeaderView& header, int column)
{
    QFont font = header.font();
    font.setWeight(QFont::DemiBold);
    const QString title = header.model()->headerData(column, Qt::Horizontal).toString();
    return QFontMetrics(font).horizontalAdvance(title);
}

} // namespace

ColumnMemory::ColumnMemory(QHeaderView* header, QSettings* settings, QString tableName)
    : QObject(header)
    , m_header(header)
    , m_settings(settings)
    , m_tableName(std::move(tableName))
{
    header->viewport()->installEventFilter(this);
}

void ColumnMemory::restore()
{
    applyDefaults();
    if (m_settings == nullptr)
        return;
    m_isChosen = m_settings->contains(key());
    int visual = 0;
    // "id=width", or "-id=width" when it is hidden, in order of appearance.
    for (QString entry : m_settings->value(key()).toStringList()) {
        const bool isHidden = entry.startsWith(u'-');
        if (isHidden)
            entry.remove(0, 1);
        const int column = columnOf(entry.section(u'=', 0, -2));
        if (column < 0)
            continue;
        m_header->moveSection(m_header->visualIndex(column), visual++);
        const int width = entry.section(u'=', -1).toInt();
        if (width > 0)
            m_header->resizeSection(column, std::clamp(width, narrowest, widest));
        m_header->setSectionHidden(column, isHidden);
    }
}

void ColumnMemory::setShown(int column, bool isShown)
{
    // Without any column there would be no header to bring one back.
    if (!isShown && m_header->count() - m_header->hiddenSectionCount() < 2)
        return;
    m_header->setSectionHidden(column, !isShown);
    save();
}

void ColumnMemory::move(int column, int by)
{
    const int from = m_header->visualIndex(column);
    int to = from + by;
    while (to >= 0 && to < m_header->count()
           && m_header->isSectionHidden(m_header->logicalIndex(to)))
        to += by;
    if (to < 0 || to >= m_header->count())
        return;
    m_header->moveSection(from, to);
    save();
}

void ColumnMemory::reset()
{
    if (m_settings != nullptr)
        m_settings->remove(key());
    m_isChosen = false;
    applyDefaults();
}

bool ColumnMemory::eventFilter(QObject* watched, QEvent* event)
{
    // Sections also change size when the window does: only what happens under the mouse is a
    // choice.
    if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick) {
        m_stateAtPress = state();
    } else if (event->type() == QEvent::MouseButtonRelease && !m_stateAtPress.isEmpty()) {
        // After the header has seen the event, too: a move ends with it.
        QMetaObject::invokeMethod(
            this,
            [this, before = std::exchange(m_stateAtPress, {})] {
                if (state() != before)
                    save();
            },
            Qt::QueuedConnection);
    }
    if (event->type() == QEvent::Resize && !m_isChosen) {
        // Afterwards: the view is still at its own geometry.
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (!m_isChosen)
                    fit();
            },
            Qt::QueuedConnection);
    }
    return QObject::eventFilter(watched, event);
}

QString ColumnMemory::idOf(int column) const
{
    return m_header->model()->headerData(column, Qt::Horizontal, ColumnIdRole).toString();
}

int ColumnMemory::columnOf(const QString& id) const
{
    for (int column = 0; column < m_header->count(); ++column)
        if (idOf(column) == id)
            return column;
    return -1;
}

QString ColumnMemory::key() const
{
    return u"tables/%1/columns"_s.arg(m_tableName);
}

void ColumnMemory::applyDefaults()
{
    for (int column = 0; column < m_header->count(); ++column) {
        m_header->moveSection(m_header->visualIndex(column), column);
        m_header->setSectionHidden(
            column,
            m_header->model()->headerData(column, Qt::Horizontal, HiddenAtFirstRole).toBool());
    }
    fit();
}

int ColumnMemory::firstWidth(int column) const
{
    const int width = m_header->model()->headerData(column, Qt::Horizontal, WidthRole).toInt();
    // Fonts differ: a column is never too narrow for its own title.
    const int title = titleWidth(*m_header, column);
    return width > 0 ? std::max(width, title + padding) : title + paddingAndArrow;
}

void ColumnMemory::fit()
{
    const auto slack = [this](int column) {
        const int width = firstWidth(column);
        return width < elasticFrom
                   ? 0
                   : width - std::max(elasticTo, titleWidth(*m_header, column) + padding);
    };
    int missing = -m_header->viewport()->width();
    int give = 0;
    for (int column = 0; column < m_header->count(); ++column) {
        if (m_header->isSectionHidden(column))
            continue;
        missing += firstWidth(column);
        give += slack(column);
    }
    const double share = give > 0 ? std::clamp(double(missing) / give, 0.0, 1.0) : 0;
    for (int column = 0; column < m_header->count(); ++column)
        m_header->resizeSection(column, firstWidth(column) - int(std::ceil(share * slack(column))));
}

QStringList ColumnMemory::state() const
{
    QStringList result;
    for (int visual = 0; visual < m_header->count(); ++visual) {
        const int column = m_header->logicalIndex(visual);
        const bool isHidden = m_header->isSectionHidden(column);
        // A hidden section has no size; when it is shown again it begins with its default.
        const int width = isHidden ? 0 : m_header->sectionSize(column);
        result += (isHidden ? u"-"_s : QString()) + idOf(column) + u'=' + QString::number(width);
    }
    return result;
}

void ColumnMemory::save()
{
    m_isChosen = true;
    if (m_settings != nullptr)
        m_settings->setValue(key(), state());
}

} // namespace outboard
