// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/snapshot.h"
#include "settings/profile.h"

#include <QWidget>

#include <vector>

class QHBoxLayout;

namespace outboard {

class Pill;

/// One pill per source with its state and round trip; more than two ledgers share one.
class SourcePills final : public QWidget
{
    Q_OBJECT

public:
    explicit SourcePills(const Profile& profile, QWidget* parent = nullptr);

    void show(const QList<SourceHealth>& sources, TimePoint now);

signals:
    void askAgain();

private:
    Pill* pill(size_t index);
    void showOne(Pill& pill, const SourceHealth& source, TimePoint now);
    void showLedgers(Pill& pill, const QList<SourceHealth>& ledgers, TimePoint now);

    QHBoxLayout* m_row;
    std::vector<Pill*> m_pills;
};

} // namespace outboard
