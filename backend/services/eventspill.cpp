// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/eventspill.h"

#include <QCoreApplication>

#include <cstring>

namespace outboard {

namespace {

constexpr qsizetype bufferBytes = 32 * 1024;
/// Not the seed of hash tables: those of one part would fill a few of their buckets only.
constexpr size_t partSeed = 0x9e3779b9;

struct Header
{
    quint32 event;
    quint32 record;
};

Error cannotSpill(const QString& why)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The comparison needs room in the folder for temporary files, which cannot be used: "
            "%1. Make room, or choose a shorter time.")
            .arg(why),
        {}};
}

} // namespace

Result<void> EventSpill::add(const EventId& event, QByteArrayView record)
{
    Part& part = m_parts[qHash(event, partSeed) % parts];
    const Header header{quint32(event.bytes().size()), quint32(record.size())};
    part.buffer.append(reinterpret_cast<const char*>(&header), sizeof(header));
    part.buffer.append(event.bytes());
    part.buffer.append(record);
    ++m_size;
    return part.buffer.size() < bufferBytes ? Result<void>() : flush(part);
}

Result<void> EventSpill::flush(Part& part)
{
    if (!m_file.isOpen() && !m_file.open())
        return cannotSpill(m_file.errorString());
    const qint64 end = m_file.size();
    if (!m_file.seek(end) || m_file.write(part.buffer) != part.buffer.size())
        return cannotSpill(m_file.errorString());
    part.extents.push_back({end, part.buffer.size()});
    part.buffer.resize(0);
    return {};
}

Result<QByteArray> EventSpill::stored(const Part& part)
{
    QByteArray bytes;
    for (const Extent& extent : part.extents) {
        if (!m_file.seek(extent.at))
            return cannotSpill(m_file.errorString());
        const QByteArray read = m_file.read(extent.length);
        if (read.size() != extent.length)
            return cannotSpill(m_file.errorString());
        bytes += read;
    }
    bytes += part.buffer;
    return bytes;
}

Result<void> EventSpill::visit(int part, const Visit& fn)
{
    const auto bytes = stored(m_parts[size_t(part)]);
    if (!bytes)
        return bytes.error();
    qsizetype at = 0;
    while (at < bytes->size()) {
        Header header{};
        std::memcpy(&header, bytes->constData() + at, sizeof(header));
        at += qsizetype(sizeof(header));
        const EventId event(bytes->mid(at, header.event));
        at += header.event;
        fn(event, QByteArrayView(*bytes).sliced(at, header.record));
        at += header.record;
    }
    return {};
}

} // namespace outboard
