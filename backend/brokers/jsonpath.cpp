// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/jsonpath.h"

#include <QString>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace outboard {

namespace {

constexpr int deepest = 128;
constexpr qsizetype largest = 16 << 20;

using Path = std::span<const QByteArray>;

/// Walks over a document once. Every function returns false when the text is not JSON.
class Walker
{
public:
    explicit Walker(QByteArrayView json)
        : m_rest(json)
    {}

    std::optional<QByteArray> find(Path path)
    {
        if (!value(&path, 0))
            return std::nullopt;
        skipSpace();
        return m_rest.isEmpty() ? m_found : std::nullopt;
    }

    std::optional<QList<JsonMember>> members()
    {
        QList<JsonMember> all;
        skipSpace();
        if (m_rest.isEmpty() || m_rest.front() != '{')
            return std::nullopt;
        take('{');
        if (!take('}')) {
            do {
                if (!addMember(all))
                    return std::nullopt;
            } while (take(','));
            if (!take('}'))
                return std::nullopt;
        }
        skipSpace();
        return m_rest.isEmpty() ? std::optional(all) : std::nullopt;
    }

private:
    bool addMember(QList<JsonMember>& all);
    /// `path` is null for a value that is only passed over.
    bool value(const Path* path, int depth);
    bool object(const Path* path, int depth);
    bool array(const Path* path, int depth);
    bool member(const Path* path, int depth);
    bool scalar(const Path* path);
    bool string(QByteArray* text);
    bool escape(QByteArray* text);
    bool codeUnit(quint16* unit);
    bool number();
    bool word();

    void skipSpace();
    bool take(char letter);
    std::optional<char> next();

    QByteArrayView m_rest;
    std::optional<QByteArray> m_found;
};

void Walker::skipSpace()
{
    while (!m_rest.isEmpty() && QByteArrayView(" \t\r\n").contains(m_rest.front()))
        m_rest = m_rest.sliced(1);
}

bool Walker::take(char letter)
{
    skipSpace();
    if (m_rest.isEmpty() || m_rest.front() != letter)
        return false;
    m_rest = m_rest.sliced(1);
    return true;
}

std::optional<char> Walker::next()
{
    if (m_rest.isEmpty())
        return std::nullopt;
    const char letter = m_rest.front();
    m_rest = m_rest.sliced(1);
    return letter;
}

bool Walker::value(const Path* path, int depth)
{
    skipSpace();
    if (m_rest.isEmpty() || depth > deepest)
        return false;
    if (m_rest.front() == '{')
        return object(path, depth);
    if (m_rest.front() == '[')
        return array(path, depth);
    return scalar(path);
}

bool Walker::object(const Path* path, int depth)
{
    take('{');
    if (take('}'))
        return true;
    do {
        if (!member(path && !path->empty() ? path : nullptr, depth))
            return false;
    } while (take(','));
    return take('}');
}

bool Walker::member(const Path* path, int depth)
{
    QByteArray name;
    skipSpace();
    if (!string(path ? &name : nullptr) || !take(':'))
        return false;
    if (!path || name != path->front())
        return value(nullptr, depth + 1);
    m_found.reset();
    const Path rest = path->subspan(1);
    return value(&rest, depth + 1);
}

bool Walker::addMember(QList<JsonMember>& all)
{
    JsonMember found;
    skipSpace();
    const QByteArrayView beforeName = m_rest;
    if (!string(&found.name))
        return false;
    found.rawName = beforeName.first(beforeName.size() - m_rest.size()).toByteArray();
    if (!take(':'))
        return false;
    skipSpace();
    const QByteArrayView before = m_rest;
    if (!value(nullptr, 1))
        return false;
    found.raw = before.first(before.size() - m_rest.size()).toByteArray();
    found.isObject = found.raw.startsWith('{');
    found.isNull = found.raw == "null";
    if (found.raw.startsWith('"')) {
        Walker text(found.raw);
        text.string(&found.value);
    } else {
        found.value = found.raw;
    }
    all.append(std::move(found));
    return true;
}

bool Walker::array(const Path* path, int depth)
{
    take('[');
    if (take(']'))
        return true;
    const bool wanted = path && !path->empty();
    const Path rest = wanted ? path->subspan(1) : Path();
    qsizetype index = 0;
    do {
        const bool here = wanted && QByteArray::number(index) == path->front();
        if (!value(here ? &rest : nullptr, depth + 1))
            return false;
        ++index;
    } while (take(','));
    return take(']');
}

bool Walker::scalar(const Path* path)
{
    const bool wanted = path && path->empty();
    if (m_rest.front() == '"') {
        QByteArray text;
        if (!string(wanted ? &text : nullptr))
            return false;
        if (wanted)
            m_found = text;
        return true;
    }
    const QByteArrayView before = m_rest;
    if (word())
        return true;
    if (!number())
        return false;
    if (wanted)
        m_found = before.first(before.size() - m_rest.size()).toByteArray();
    return true;
}

bool Walker::string(QByteArray* text)
{
    if (!take('"'))
        return false;
    while (const auto letter = next()) {
        if (*letter == '"')
            return true;
        if (*letter == '\\') {
            if (!escape(text))
                return false;
        } else if (text) {
            text->append(*letter);
        }
    }
    return false;
}

bool Walker::escape(QByteArray* text)
{
    constexpr std::array<std::pair<char, char>, 8> shorts{
        {{'"', '"'},
         {'\\', '\\'},
         {'/', '/'},
         {'b', '\b'},
         {'f', '\f'},
         {'n', '\n'},
         {'r', '\r'},
         {'t', '\t'}}};
    const auto letter = next();
    for (const auto& [written, meant] : shorts) {
        if (letter == written) {
            if (text)
                text->append(meant);
            return true;
        }
    }
    std::array<quint16, 2> units{};
    if (letter != 'u' || !codeUnit(&units[0]) || QChar::isLowSurrogate(units[0]))
        return false;
    const bool pair = QChar::isHighSurrogate(units[0]);
    if (pair && (next() != '\\' || next() != 'u' || !codeUnit(&units[1])))
        return false;
    if (pair && !QChar::isLowSurrogate(units[1]))
        return false;
    if (text)
        text->append(QStringView(units.data(), pair ? 2 : 1).toUtf8());
    return true;
}

bool Walker::codeUnit(quint16* unit)
{
    if (m_rest.size() < 4)
        return false;
    const QByteArrayView digits = m_rest.first(4);
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), *unit, 16);
    m_rest = m_rest.sliced(4);
    return error == std::errc() && end == digits.end();
}

/// As the grammar has it: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
bool Walker::number()
{
    const auto digits = [this] {
        qsizetype count = 0;
        while (count < m_rest.size() && m_rest[count] >= '0' && m_rest[count] <= '9')
            ++count;
        m_rest = m_rest.sliced(count);
        return count;
    };
    const auto skipOne = [this](QByteArrayView letters) {
        const bool found = !m_rest.isEmpty() && letters.contains(m_rest.front());
        m_rest = m_rest.sliced(found ? 1 : 0);
        return found;
    };
    skipOne("-");
    const bool zero = m_rest.startsWith('0');
    const qsizetype whole = digits();
    if (whole == 0 || (zero && whole > 1))
        return false;
    if (skipOne(".") && digits() == 0)
        return false;
    if (skipOne("eE")) {
        skipOne("+-");
        return digits() > 0;
    }
    return true;
}

bool Walker::word()
{
    for (const QByteArrayView known : {"true", "false", "null", "NaN", "Infinity", "-Infinity"}) {
        if (m_rest.startsWith(known)) {
            m_rest = m_rest.sliced(known.size());
            return true;
        }
    }
    return false;
}

} // namespace

std::optional<QByteArray> jsonScalar(QByteArrayView json, std::span<const QByteArray> path)
{
    return json.size() > largest ? std::nullopt : Walker(json).find(path);
}

std::optional<QList<JsonMember>> jsonMembers(QByteArrayView json)
{
    return json.size() > largest ? std::nullopt : Walker(json).members();
}

QByteArray jsonWithout(QByteArrayView json, QByteArrayView name)
{
    const auto members = jsonMembers(json);
    const auto isMeant = [name](const JsonMember& member) { return member.name == name; };
    if (!members || std::ranges::none_of(*members, isMeant))
        return json.toByteArray();
    QByteArray kept;
    for (const JsonMember& member : *members) {
        if (!isMeant(member))
            kept += (kept.isEmpty() ? "" : ", ") + member.rawName + ": " + member.raw;
    }
    return '{' + kept + '}';
}

} // namespace outboard
