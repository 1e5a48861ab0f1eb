// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel.h"
#include "panels/deadletterspanel.h"
#include "panels/journalpanel.h"
#include "panels/outboxpanel.h"
#include "panels/overviewpanel.h"
#include "panels/reconcilepanel.h"
#include "panels/replaypanel.h"
#include "panels/streamspanel.h"
#include "panels/tracepanel.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

template<class T>
PanelKind kind(QString id, const char* title, QString icon)
{
    return {
        std::move(id),
        QCoreApplication::translate("outboard", title),
        std::move(icon),
        [](const PanelHost& host, QWidget* parent) -> Panel* { return new T(host, parent); }};
}

} // namespace

const QList<PanelKind>& panelKinds()
{
    static const QList<PanelKind> kinds{
        kind<OverviewPanel>(
            u"overview"_s, QT_TRANSLATE_NOOP("outboard", "Overview"), u"overview"_s),
        kind<OutboxPanel>(u"outbox"_s, QT_TRANSLATE_NOOP("outboard", "Outbox"), u"outbox"_s),
        kind<StreamsPanel>(u"streams"_s, QT_TRANSLATE_NOOP("outboard", "Streams"), u"streams"_s),
        kind<DeadLettersPanel>(
            u"deadletters"_s, QT_TRANSLATE_NOOP("outboard", "Dead letters"), u"deadletters"_s),
        kind<ReplayPanel>(u"replay"_s, QT_TRANSLATE_NOOP("outboard", "Replay"), u"replay"_s),
        kind<TracePanel>(u"trace"_s, QT_TRANSLATE_NOOP("outboard", "Trace"), u"trace"_s),
        kind<ReconcilePanel>(
            u"reconcile"_s, QT_TRANSLATE_NOOP("outboard", "Reconcile"), u"reconcile"_s),
        kind<JournalPanel>(u"journal"_s, QT_TRANSLATE_NOOP("outboard", "Journal"), u"journal"_s),
    };
    return kinds;
}

} // namespace outboard
