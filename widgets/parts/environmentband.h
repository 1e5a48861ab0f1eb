// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "settings/profile.h"

#include <QWidget>

namespace outboard {

/// Profile and environment on the environment's colour, so that nobody mistakes production for
/// staging.
class EnvironmentBand final : public QWidget
{
    Q_OBJECT

public:
    explicit EnvironmentBand(const Profile& profile, QWidget* parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
    Environment m_environment;
};

/// Translated: "Production".
QString environmentTitle(Environment environment);

} // namespace outboard
