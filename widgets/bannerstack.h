// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/snapshot.h"

#include <QHash>
#include <QWidget>

#include <functional>

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

    /// Banners of sources for which `canAsk` says yes get a button that asks for a password.
    void offerPasswords(std::function<bool(const SourceHealth&)> canAsk);

signals:
    void passwordWanted(const outboard::SourceHealth& source);

private:
    Banner* addBanner(const QString& name);

    std::function<bool(const SourceHealth&)> m_canAsk;
    QList<SourceHealth> m_sources;

    QVBoxLayout* m_column;
    QHash<QString, Banner*> m_banners; ///< By source name.
};

} // namespace outboard
