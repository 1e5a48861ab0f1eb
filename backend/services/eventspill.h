// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/strongid.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QTemporaryFile>

#include <array>
#include <functional>
#include <vector>

namespace outboard {

/// Records by event, in parts by a hash of the event id: two spills of any size are compared part
/// by part, in the memory of one part, whatever order they came in. Beyond 8 MB they lie in a
/// temporary file (mode 0600), which goes with this object.
class EventSpill
{
public:
    static constexpr int parts = 256;

    using Visit = std::function<void(EventId event, QByteArrayView record)>;

    /// Error::Refused when the temporary file cannot be written.
    Result<void> add(const EventId& event, QByteArrayView record);

    /// All records of a part, in the order in which they came.
    Result<void> visit(int part, const Visit& fn);

    qint64 size() const { return m_size; }

private:
    struct Extent
    {
        qint64 at;
        qint64 length;
    };

    struct Part
    {
        QByteArray buffer; ///< What is not in the file yet.
        std::vector<Extent> extents;
    };

    Result<void> flush(Part& part);
    Result<QByteArray> stored(const Part& part);

    std::array<Part, parts> m_parts;
    QTemporaryFile m_file;
    qint64 m_size = 0;
};

} // namespace outboard
