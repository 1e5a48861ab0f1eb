// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/snapshot.h"

#include <QObject>
#include <QPointer>
#include <QSet>

class QWidget;

namespace outboard {

class PasswordDialog;
class PasswordKeeper;
class Session;

/// Asks for passwords that servers refused: by itself once for each source, one at a time, then
/// when it is told to.
class PasswordPrompts final : public QObject
{
    Q_OBJECT

public:
    /// All must outlive it; dialogs belong to `window`.
    PasswordPrompts(Session& session, PasswordKeeper& keeper, QWidget* window);

    /// Whether a typed password would be used.
    bool canAsk(const SourceHealth& source) const;

    void present(const SnapshotPtr& snapshot);
    void ask(const SourceHealth& source);

signals:
    /// The keychain did not take it; it is kept in memory all the same.
    void notRemembered(const QString& why);

private:
    void take(const QString& key, const QString& password, bool remember);

    Session& m_session;
    PasswordKeeper& m_keeper;
    QWidget* m_window;
    QSet<QString> m_asked; ///< Names of sources.
    QPointer<PasswordDialog> m_dialog;
};

} // namespace outboard
