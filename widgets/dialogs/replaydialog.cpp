// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/replaydialog.h"

#include "services/session.h"
#include "text/commandline.h"
#include "text/format.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QSpinBox>

namespace outboard {

using namespace Qt::StringLiterals;

ReplayDialog::ReplayDialog(Session& session, const Plan& plan, QWidget* parent)
    : ActionDialog(session, tr("Replay"), parent)
    , m_plan(plan)
    , m_canary(new QLineEdit(u"1, 5, 20, 100"_s))
    , m_rate(new QDoubleSpinBox)
    , m_stopAfter(new QSpinBox)
    , m_includeUnknown(new QCheckBox(this))
{
    setObjectName(u"replayDialog"_s);
    buildForm();
    setCommands(session.replayCommands(plan));
    update();
}

void ReplayDialog::buildForm()
{
    m_canary->setObjectName(u"canary"_s);
    m_canary->setAccessibleName(tr("Canary steps"));
    m_canary->setToolTip(tr(
        "Sizes of the first steps; the run stops between steps when the stop rule holds. The rest "
        "follows in one step."));
    m_rate->setObjectName(u"rate"_s);
    m_rate->setAccessibleName(tr("Events per second"));
    m_rate->setRange(0, 100'000);
    m_rate->setDecimals(1);
    m_rate->setSpecialValueText(tr("as fast as the handler"));
    m_rate->setMaximumWidth(220);
    m_stopAfter->setObjectName(u"stopAfter"_s);
    m_stopAfter->setAccessibleName(tr("Stop after failures"));
    m_stopAfter->setRange(0, 1'000'000);
    m_stopAfter->setValue(3);
    m_stopAfter->setSpecialValueText(tr("never"));
    m_stopAfter->setMaximumWidth(220);
    m_includeUnknown->setObjectName(u"includeUnknown"_s);
    const qsizetype unknown = m_plan.count(Verdict::Unknown);
    m_includeUnknown->setText(
        tr("Run also the %1 events of which no ledger can say whether they were processed")
            .arg(unknown));

    form()->addRow(tr("Canary steps"), m_canary);
    form()->addRow(tr("Events per second"), m_rate);
    form()->addRow(tr("Stop after failures"), m_stopAfter);
    m_includeUnknown->setVisible(unknown > 0);
    if (unknown > 0)
        form()->addRow(QString(), m_includeUnknown);

    connect(m_canary, &QLineEdit::textChanged, this, &ReplayDialog::update);
    connect(m_rate, &QDoubleSpinBox::valueChanged, this, &ReplayDialog::update);
    connect(m_stopAfter, &QSpinBox::valueChanged, this, &ReplayDialog::update);
    connect(m_includeUnknown, &QCheckBox::toggled, this, &ReplayDialog::update);
}

std::optional<QList<qint64>> ReplayDialog::canarySteps() const
{
    QList<qint64> steps;
    for (const QString& word : m_canary->text().split(u',', Qt::SkipEmptyParts)) {
        bool isNumber = false;
        const qint64 step = word.trimmed().toLongLong(&isNumber);
        if (!isNumber || step < 1)
            return std::nullopt;
        steps.append(step);
    }
    return steps;
}

ReplayOptions ReplayDialog::options() const
{
    ReplayOptions options;
    options.canary = canarySteps().value_or(QList<qint64>{});
    if (m_rate->value() > 0)
        options.eventsPerSecond = m_rate->value();
    if (m_stopAfter->value() > 0)
        options.stopAfterFailures = m_stopAfter->value();
    options.includeUnknown = m_includeUnknown->isChecked();
    return options;
}

void ReplayDialog::describe(qint64 willRun)
{
    QStringList skipped;
    const auto mention = [&skipped](qsizetype count, const QString& text) {
        if (count > 0)
            skipped << text.arg(format::number(count));
    };
    mention(m_plan.count(Verdict::Processed), tr("%1 already processed"));
    mention(m_plan.count(Verdict::InFlight), tr("%1 in flight"));
    mention(m_plan.count(Verdict::PayloadMissing), tr("%1 without payload"));
    if (!m_includeUnknown->isChecked())
        mention(m_plan.count(Verdict::Unknown), tr("%1 unknown"));
    QString text = tr("%1 events run through \"%2\".").arg(format::number(willRun), m_plan.handler);
    if (!skipped.isEmpty())
        text += u' ' + tr("Skipped: %1.").arg(skipped.join(u", "_s));
    text += u' '
            + tr("The ledger is asked again in the transaction of each event, so that nothing is "
                 "applied twice, also when "
                 "a consumer gets there first.");
    const bool risky = m_includeUnknown->isChecked() && m_plan.count(Verdict::Unknown) > 0;
    setEffect(
        risky
            ? text + u' '
                  + tr("Unknown events may have been processed before: they may be applied again.")
            : text,
        risky ? Tone::Warning : Tone::Notice);
}

void ReplayDialog::update()
{
    qint64 willRun = m_plan.count(Verdict::Run);
    if (m_includeUnknown->isChecked())
        willRun += m_plan.count(Verdict::Unknown);
    setHeadline(tr("Replay %1 of %2 planned events")
                    .arg(format::number(willRun), format::number(m_plan.items.size())));
    describe(willRun);
    setCount(Count::exact(willRun));
    setVerb(tr("Replay %1 events").arg(format::number(willRun)));
    setCommandLine(commandline::replay(
        session().profile().name, u"plan-%1.json"_s.arg(m_plan.id.left(8)), options()));
    if (!canarySteps())
        setObstacle(tr("Write the canary steps as numbers with commas: 1, 5, 20"));
    else if (willRun == 0)
        setObstacle(tr("Nothing of this plan will run."));
    else
        setObstacle({});
}

void ReplayDialog::run()
{
    const auto started = session().replay(m_plan, options());
    emit runStarted(started.operation, started.answer);
}

} // namespace outboard
