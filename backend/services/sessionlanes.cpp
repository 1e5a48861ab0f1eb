// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/sessionlanes.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Lane<Connections>::Open monitor(const BackendsPtr& backends)
{
    return [backends](std::stop_token stop) -> Result<std::unique_ptr<Connections>> {
        return std::make_unique<Connections>(backends, Access::Monitor, std::move(stop));
    };
}

} // namespace

SessionLanes::SessionLanes(const BackendsPtr& backends)
    : m_outbox(u"outbox reads"_s, monitor(backends))
    , m_broker(u"broker reads"_s, monitor(backends))
    , m_previews(u"previews"_s, monitor(backends))
    , m_dead(u"dead letters"_s, monitor(backends))
{}

SessionLanes::~SessionLanes()
{
    close();
}

void SessionLanes::close()
{
    m_outbox.close();
    m_broker.close();
    m_previews.close();
    m_dead.close();
}

} // namespace outboard
