// SPDX-License-Identifier: GPL-3.0-or-later
#include "writelockbutton.h"

#include "dialogs/armdialog.h"
#include "parts/icons.h"
#include "services/session.h"

#include <QStyle>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString minutesAndSeconds(std::chrono::seconds left)
{
    const auto seconds = std::max<std::chrono::seconds::rep>(0, left.count());
    return u"%1:%2"_s.arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

} // namespace

WriteLockButton::WriteLockButton(Session& session, QWidget* parent)
    : QPushButton(parent)
    , m_session(session)
{
    setObjectName(u"writeLock"_s);
    connect(this, &QPushButton::clicked, this, &WriteLockButton::toggle);
    connect(&m_session, &Session::armedChanged, this, &WriteLockButton::tick);
    tick();
}

void WriteLockButton::tick()
{
    const bool isArmed = m_session.isArmed();
    const auto until = m_session.armedUntil();
    QString text = isArmed ? tr("Armed") : tr("Read-only");
    if (isArmed && until)
        text += u' '
                + minutesAndSeconds(
                    std::chrono::ceil<std::chrono::seconds>(*until - m_session.clock()()));
    if (text == this->text())
        return;
    setText(text);
    setAccessibleName(tr("Write lock: %1").arg(text));
    setToolTip(
        isArmed ? tr("Actions may write. Click to lock again (Ctrl+L).")
                : tr("Nothing can be changed. Click to arm actions (Ctrl+L)."));
    setIcon(isArmed ? outboard::icon(u"unlock"_s, Tone::Warning) : outboard::icon(u"lock"_s));
    if (property("armed").toBool() == isArmed)
        return;
    setProperty("armed", isArmed);
    style()->unpolish(this);
    style()->polish(this);
}

void WriteLockButton::toggle()
{
    if (m_session.isArmed())
        m_session.disarm();
    else
        requestArm(m_session, window());
}

} // namespace outboard
