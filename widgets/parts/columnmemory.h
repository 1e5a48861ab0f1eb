// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

class QHeaderView;
class QSettings;

namespace outboard {

/// Remembers order, width and visibility of a header's columns by column id, and only once the
/// operator changed them: until then a newer version may bring better defaults.
class ColumnMemory final : public QObject
{
    Q_OBJECT

public:
    /// `settings` may be null: nothing is remembered.
    ColumnMemory(QHeaderView* header, QSettings* settings, QString tableName);

    /// Defaults of the model, then what is remembered. Call it when the header got its model.
    void restore();

    void setShown(int column, bool isShown);
    /// By -1 or 1 among the shown columns.
    void move(int column, int by);
    /// Forgets everything.
    void reset();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QString idOf(int column) const;
    int columnOf(const QString& id) const;
    QString key() const;
    void applyDefaults();
    int firstWidth(int column) const;
    /// Makes wide columns narrower when not all columns fit, as long as nothing was chosen.
    void fit();
    QStringList state() const;
    void save();

    QHeaderView* m_header;
    QSettings* m_settings;
    QString m_tableName;
    QStringList m_stateAtPress;
    bool m_isChosen = false;
};

} // namespace outboard
