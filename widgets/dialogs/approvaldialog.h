// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "settings/profilestore.h"

#include <QDialog>
#include <QList>

class QCheckBox;

namespace outboard {

class Label;

/// What an imported profile's handlers run, word for word; each is approved by itself.
class ApprovalDialog final : public QDialog
{
    Q_OBJECT

public:
    ApprovalDialog(ProfileStore store, const Profile& profile, QWidget* parent = nullptr);

    /// Whether a handler of the profile awaits approval.
    static bool isNeeded(const Profile& profile);

private:
    QWidget* makeEntry(const HandlerSettings& handler);
    void approve();

    ProfileStore m_store;
    QString m_profile;
    QList<HandlerSettings> m_handlers;
    QList<QCheckBox*> m_boxes;
    Label* m_problem;
};

} // namespace outboard
