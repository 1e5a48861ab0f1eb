// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/findingmutes.h"

#include "core/log.h"
#include "core/onanswer.h"
#include "core/operatorname.h"
#include "store/mutestore.h"

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

QList<Finding> unmuted(const QList<Finding>& findings)
{
    QList<Finding> counted;
    std::ranges::copy_if(findings, std::back_inserter(counted), [](const Finding& finding) {
        return !finding.mute;
    });
    return counted;
}

FindingMutes::FindingMutes(QString profile, Clock clock, QObject* parent)
    : QObject(parent)
    , m_profile(std::move(profile))
    , m_clock(std::move(clock))
{}

FindingMutes::~FindingMutes() = default;

void FindingMutes::use(std::shared_ptr<MuteStore> store)
{
    m_store = std::move(store);
    m_mutes.clear();
    m_lane.reset();
    if (!m_store)
        return;
    m_lane = std::make_unique<Lane<Source>>(
        u"mutes"_s, [opened = m_store](const std::stop_token&) -> Result<std::unique_ptr<Source>> {
            return std::make_unique<Source>(Source{opened});
        });
    if (auto mutes = m_store->mutes(m_profile, m_clock()))
        m_mutes = *std::move(mutes);
    else
        qCWarning(logStore) << "mutes are not known" << mutes.error().detail;
}

QList<Finding> FindingMutes::applied(QList<Finding> findings) const
{
    const TimePoint now = m_clock();
    for (Finding& finding : findings) {
        const auto mute = m_mutes.constFind(finding.id);
        finding.mute =
            mute != m_mutes.constEnd() && mute->until > now ? std::optional(*mute) : std::nullopt;
    }
    std::ranges::stable_partition(findings, [](const Finding& f) { return !f.mute; });
    return findings;
}

QFuture<Result<void>> FindingMutes::mute(
    const QString& finding, const QString& reason, Milliseconds length)
{
    const TimePoint now = m_clock();
    const Mute mute{reason, operatorName(), now, now + length};
    return write(
        [profile = m_profile, finding, mute](MuteStore& store) {
            return store.mute(profile, finding, mute);
        },
        finding,
        mute);
}

QFuture<Result<void>> FindingMutes::unmute(const QString& finding)
{
    return write(
        [profile = m_profile, finding](MuteStore& store) { return store.unmute(profile, finding); },
        finding,
        std::nullopt);
}

template<class Change>
QFuture<Result<void>> FindingMutes::write(
    Change change, const QString& finding, std::optional<Mute> becomes)
{
    if (!m_lane) {
        QPromise<Result<void>> refused;
        refused.start();
        refused.addResult(Result<void>(Error{
            Error::Kind::Refused,
            tr("Findings cannot be muted: there is no local store to keep it in."),
            {}}));
        refused.finish();
        return refused.future();
    }
    const QFuture<Result<void>> written =
        m_lane->run([change](Source& source) { return change(*source.store); });
    onAnswer(written, this, [this, finding, becomes](const Result<void>& done) {
        if (!done)
            return;
        if (becomes)
            m_mutes.insert(finding, *becomes);
        else
            m_mutes.remove(finding);
        emit changed();
    });
    return written;
}

} // namespace outboard
