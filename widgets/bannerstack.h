// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/snapshot.h"

#include <QHash>
#include <QWidget>

class QVBoxLayout;

namespace outboard {

class Banner;

/// One banner per source that does not answer, as long as it does not.
class BannerStack final : public QWidget
{
    Q_OBJECT

public:
    explicit BannerStack(QWidget* parent = nullptr);

    void show(const QList<SourceHealth>& sources, TimePoint now);

private:
    QVBoxLayout* m_column;
    QHash<QString, Banner*> m_banners; ///< By source name.
};

} // namespace outboard
