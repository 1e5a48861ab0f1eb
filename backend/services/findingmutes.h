// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lane.h"
#include "core/time.h"
#include "model/finding.h"

#include <QFuture>
#include <QHash>
#include <QObject>

#include <memory>

namespace outboard {

class MuteStore;

/// Those that count.
QList<Finding> unmuted(const QList<Finding>& findings);

/// Which findings of one profile are muted. Lives on the GUI thread; writes on a lane, so that a
/// slow disk stalls nobody.
class FindingMutes final : public QObject
{
    Q_OBJECT

public:
    FindingMutes(QString profile, Clock clock, QObject* parent = nullptr);
    ~FindingMutes() override;

    /// Reads what the store holds. Without a store, as at first, nothing can be muted.
    void use(std::shared_ptr<MuteStore> store);

    bool canMute() const { return m_store != nullptr; }

    /// Those that are muted now carry their mute and stand at the end, in their order.
    QList<Finding> applied(QList<Finding> findings) const;

    /// Error::Refused without a store.
    QFuture<Result<void>> mute(const QString& finding, const QString& reason, Milliseconds length);
    QFuture<Result<void>> unmute(const QString& finding);

signals:
    void changed();

private:
    struct Source
    {
        std::shared_ptr<MuteStore> store;

        static bool isUsable() { return true; }
    };

    template<class Change>
    QFuture<Result<void>> write(Change change, const QString& finding, std::optional<Mute> becomes);

    QString m_profile;
    Clock m_clock;
    std::shared_ptr<MuteStore> m_store;
    QHash<QString, Mute> m_mutes;
    std::unique_ptr<Lane<Source>> m_lane;
};

} // namespace outboard
