// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/streamtemplate.h"

#include <QCoreApplication>

#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Error badTemplate(const QString& text)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "\"%1\" does not name streams. Write {topic}, or text around it such as "
            "events:{topic}, or one fixed name such as events.")
            .arg(text),
        {}};
}

QByteArray escapedGlob(const QByteArray& text)
{
    QByteArray escaped;
    for (const char letter : text) {
        if (QByteArrayView("*?[]\\").contains(letter))
            escaped += '\\';
        escaped += letter;
    }
    return escaped;
}

/// One piece of a template: a letter that stands for itself, or the place of the topic.
struct Piece
{
    std::optional<QChar> letter;
    qsizetype length = 1;
};

std::optional<Piece> pieceAt(QStringView rest)
{
    if (rest.startsWith(u"{topic}"))
        return Piece{std::nullopt, 7};
    if (rest.startsWith(u"{{") || rest.startsWith(u"}}"))
        return Piece{rest.front(), 2};
    if (rest.front() == u'{' || rest.front() == u'}')
        return std::nullopt;
    return Piece{rest.front(), 1};
}

} // namespace

Result<StreamTemplate> StreamTemplate::parse(const QString& text)
{
    QString before;
    std::optional<QString> after;
    for (qsizetype at = 0; at < text.size();) {
        const auto piece = pieceAt(QStringView(text).sliced(at));
        if (!piece || (!piece->letter && after))
            return badTemplate(text);
        at += piece->length;
        if (piece->letter)
            (after ? *after : before).append(*piece->letter);
        else
            after = QString();
    }
    if (before.isEmpty() && !after)
        return badTemplate(text);
    StreamTemplate made;
    made.m_prefix = before.toUtf8();
    if (after)
        made.m_suffix = after->toUtf8();
    return made;
}

BrokerTopic StreamTemplate::destination(const TopicName& topic) const
{
    return BrokerTopic(m_suffix ? m_prefix + topic.bytes() + *m_suffix : m_prefix);
}

std::optional<TopicName> StreamTemplate::topicOf(const BrokerTopic& topic) const
{
    const QByteArray& name = topic.bytes();
    if (!m_suffix || name.size() <= m_prefix.size() + m_suffix->size() || !name.startsWith(m_prefix)
        || !name.endsWith(*m_suffix))
        return std::nullopt;
    const qsizetype size = name.size() - m_prefix.size() - m_suffix->size();
    return TopicName(name.mid(m_prefix.size(), size));
}

QByteArray StreamTemplate::globPattern() const
{
    return m_suffix ? escapedGlob(m_prefix) + '*' + escapedGlob(*m_suffix) : escapedGlob(m_prefix);
}

} // namespace outboard
