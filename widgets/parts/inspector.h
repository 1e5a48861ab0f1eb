// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"
#include "services/payloadmask.h"

#include <QWidget>

#include <optional>

class QPushButton;
class QScrollArea;
class QStackedWidget;
class QToolButton;

namespace outboard {

class EmptyState;
class FactsView;
class Label;
class PayloadView;

/// All that is known of one event: its id, facts, headers and payload.
class Inspector final : public QWidget
{
    Q_OBJECT

public:
    explicit Inspector(QWidget* parent = nullptr);

    /// nullopt: nothing is selected. The same event again changes nothing, so that what is being
    /// read or selected stays.
    void show(const std::optional<Inspected>& inspected);

    /// What of payloads and headers is hidden from now on.
    void setMask(const PayloadMask& mask);

    /// Shows the payload as it is, until another event is selected. Does nothing when the event of
    /// this title is not the one that is shown.
    void unmask(const QString& title);

signals:
    /// The operator wants to see the payload of the event of this title as it is.
    void unmaskRequested(const QString& title);
    /// The operator wants the timeline of the event of this title.
    void traceRequested(const QString& title);

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* buildTitle();
    QWidget* buildFacts();
    QWidget* buildMaskLine();
    void showPayload();
    void fitFacts();

    std::optional<Inspected> m_inspected;
    PayloadMask m_mask;
    bool m_isUnmasked = false;
    QStackedWidget* m_stack;
    Label* m_title;
    FactsView* m_facts;
    Label* m_headersTitle;
    FactsView* m_headers;
    QScrollArea* m_factsArea;
    QWidget* m_maskLine;
    Label* m_maskText;
    QPushButton* m_unmask;
    PayloadView* m_payload;
    EmptyState* m_empty;
};

} // namespace outboard
