// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/icons.h"

#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

// On a grid of 16 x 16. M, L, C, Z as in SVG; O cx cy r: circle; D cx cy r: filled dot;
// R x y w h r: rounded rectangle; A cx cy r start sweep: arc in degrees, counter-clockwise.
const QHash<QString, QString>& drawings()
{
    static const QHash<QString, QString> all{
        {u"ack"_s, u"M 1.5 8.5 L 4.5 11.5 L 10 5 M 7.5 11 L 8.2 11.5 L 14.5 4.5"_s},
        {u"check"_s, u"O 8 8 6.2 M 5.2 8.2 L 7.2 10.2 L 10.9 6"_s},
        {u"chevron-down"_s, u"M 4 6 L 8 10 L 12 6"_s},
        {u"chevron-right"_s, u"M 6 4 L 10 8 L 6 12"_s},
        {u"claim"_s, u"R 2 9 12 5 1.5 M 8 1.5 L 8 7 M 5.5 4.6 L 8 7 L 10.5 4.6"_s},
        {u"clock"_s, u"O 8 8 6.2 M 8 4.5 L 8 8 L 10.5 9.5"_s},
        {u"close"_s, u"M 4 4 L 12 12 M 12 4 L 4 12"_s},
        {u"command"_s, u"M 3 4.5 L 6.5 8 L 3 11.5 M 8 12 L 13 12"_s},
        {u"copy"_s, u"R 5.5 5.5 8 8.5 1.5 M 3 10.5 L 2.5 10.5 L 2.5 2.5 L 10.5 2.5 L 10.5 3"_s},
        {u"critical"_s, u"O 8 8 6.2 M 8 4.7 L 8 8.6 D 8 11 0.9"_s},
        {u"deadletters"_s, u"R 1.8 3.5 12.4 9 1.5 M 5.8 5.8 L 10.2 10.2 M 10.2 5.8 L 5.8 10.2"_s},
        {u"export"_s,
         u"M 2.5 10 L 2.5 13.5 L 13.5 13.5 L 13.5 10 M 8 2 L 8 10 M 5 7 L 8 10 L 11 7"_s},
        {u"filter"_s, u"M 2 3.5 L 14 3.5 M 4.5 8 L 11.5 8 M 6.8 12.5 L 9.2 12.5"_s},
        {u"inspector"_s, u"R 2 2.5 12 11 1.5 M 9.5 2.5 L 9.5 13.5"_s},
        {u"journal"_s,
         u"R 3 2 10 12 1.5 M 5.5 5.5 L 10.5 5.5 M 5.5 8 L 10.5 8 M 5.5 10.5 L 8.5 10.5"_s},
        {u"keys"_s,
         u"R 1.5 4 13 8.5 1.5 M 4.5 9.8 L 11.5 9.8 D 4.5 7 0.7 D 8 7 0.7 D 11.5 7 0.7"_s},
        {u"lock"_s, u"R 3.5 7 9 6.5 1.5 M 5.5 7 L 5.5 5 C 5.5 1.7 10.5 1.7 10.5 5 L 10.5 7"_s},
        {u"mode"_s, u"O 8 8 5.8 A 8 8 2.9 90 180 M 8 2.2 L 8 13.8"_s},
        {u"notice"_s, u"O 8 8 6.2 M 8 7.6 L 8 11.2 D 8 5.1 0.9"_s},
        {u"outbox"_s,
         u"M 2.2 9 L 2.2 13.5 L 13.8 13.5 L 13.8 9 M 8 10 L 8 2.5 M 5 5.5 L 8 2.5 L 11 5.5"_s},
        {u"overview"_s, u"A 8 9.3 6.2 -25 230 M 8 9.3 L 11 5.9 D 8 9.3 1.1"_s},
        {u"pause"_s, u"M 5.5 3.5 L 5.5 12.5 M 10.5 3.5 L 10.5 12.5"_s},
        {u"play"_s, u"M 5 3.2 L 12.5 8 L 5 12.8 Z"_s},
        {u"profiles"_s, u"R 2 2.8 12 4.4 1.2 R 2 9 12 4.4 1.2 D 4.7 5 0.8 D 4.7 11.2 0.8"_s},
        {u"reconcile"_s,
         u"M 2 4.5 L 9.5 4.5 M 2 8 L 7.5 8 M 2 11.5 L 6.5 11.5 M 9 11 L 11 13 L 14.5 8.5"_s},
        {u"refresh"_s, u"A 8 8 5.5 30 290 M 13.4 2 L 12.9 5.4 L 9.6 4.9"_s},
        {u"relay"_s, u"M 1.8 4 L 1.8 12 M 5 8 L 13.5 8 M 10.2 4.7 L 13.5 8 L 10.2 11.3"_s},
        {u"replay"_s, u"A 8 8 5.5 150 -290 M 2.6 2 L 3.1 5.4 L 6.4 4.9 M 7 6 L 10.2 8 L 7 10 Z"_s},
        {u"search"_s, u"O 7 7 4.5 M 10.4 10.4 L 14 14"_s},
        {u"settings"_s,
         u"M 2 5 L 4.5 5 O 6 5 1.5 M 7.5 5 L 14 5 M 2 11 L 8.5 11 O 10 11 1.5 M 11.5 11 L 14 11"_s},
        {u"stop"_s, u"R 4 4 8 8 1"_s},
        {u"streams"_s,
         u"M 1.8 4.3 C 5 1.6 7.6 7 10.6 4.3 C 11.8 3.3 13.2 3.3 14.2 4.3 M 1.8 8.3 C 5 5.6 7.6 11 10.6 8.3 C 11.8 7.3 13.2 7.3 14.2 8.3 M 1.8 12.3 C 5 9.6 7.6 15 10.6 12.3 C 11.8 11.3 13.2 11.3 14.2 12.3"_s},
        {u"trace"_s,
         u"O 3.5 3.8 1.6 O 12.5 12.2 1.6 M 5.1 3.8 L 10 3.8 C 13.6 3.8 13.6 8 10 8 L 6 8 C 2.4 8 2.4 12.2 6 12.2 L 10.9 12.2"_s},
        {u"unlock"_s, u"R 3.5 7 9 6.5 1.5 M 5.5 7 L 5.5 5 C 5.5 1.7 10.1 1.4 10.5 4.3"_s},
        {u"unplugged"_s,
         u"M 2.5 2.5 L 13.5 13.5 M 4.2 6 C 1.6 9.2 4.4 12.4 7.2 12.4 M 6.2 4.2 C 9.6 2.2 13.4 5 12.2 8.8"_s},
        {u"wrap"_s,
         u"M 2 4 L 14 4 M 2 8 L 11.5 8 C 14.5 8 14.5 12 11.5 12 L 8.5 12 M 10.3 10.2 L 8.5 12 L 10.3 13.8 M 2 12 L 5 12"_s},
        {u"warning"_s, u"M 8 2.2 L 14.3 13.2 L 1.7 13.2 Z M 8 6.4 L 8 9.5 D 8 11.4 0.85"_s},
    };
    return all;
}

struct Drawing
{
    QPainterPath lines;
    QPainterPath dots;
};

class Reader
{
public:
    explicit Reader(const QString& text)
        : m_words(text.split(u' '))
    {}

    Drawing read()
    {
        while (m_next < m_words.size())
            step(m_words.at(m_next++).at(0).toLatin1());
        return m_drawing;
    }

private:
    double number() { return m_words.at(m_next++).toDouble(); }

    QPointF point()
    {
        const double x = number();
        return {x, number()};
    }

    void step(char command)
    {
        QPainterPath& lines = m_drawing.lines;
        if (command == 'M') {
            lines.moveTo(point());
        } else if (command == 'L') {
            lines.lineTo(point());
        } else if (command == 'C') {
            const QPointF first = point();
            const QPointF second = point();
            lines.cubicTo(first, second, point());
        } else if (command == 'Z') {
            lines.closeSubpath();
        } else if (command == 'R') {
            const QPointF corner = point();
            const QPointF size = point();
            const double radius = number();
            lines.addRoundedRect(QRectF(corner, QSizeF(size.x(), size.y())), radius, radius);
        } else {
            round(command);
        }
    }

    void round(char command)
    {
        const QPointF center = point();
        const double radius = number();
        const QRectF box(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius);
        if (command == 'A') {
            const double start = number();
            m_drawing.lines.arcMoveTo(box, start);
            m_drawing.lines.arcTo(box, start, number());
        } else {
            (command == 'D' ? m_drawing.dots : m_drawing.lines).addEllipse(box);
        }
    }

    QStringList m_words;
    qsizetype m_next = 0;
    Drawing m_drawing;
};

class LineIconEngine final : public QIconEngine
{
public:
    LineIconEngine(QString name, Tone tone)
        : m_name(std::move(name))
        , m_tone(tone)
    {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const Theme& theme = currentTheme();
        const QColor color = mode == QIcon::Disabled
                                 ? theme.palette.color(QPalette::Disabled, QPalette::Text)
                                 : theme.color(m_tone);
        paintIcon(*painter, rect, m_name, color);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect({}, size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new LineIconEngine(*this); }

private:
    QString m_name;
    Tone m_tone;
};

} // namespace

QIcon icon(const QString& name, Tone tone)
{
    return QIcon(new LineIconEngine(name, tone));
}

void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color)
{
    const auto found = drawings().constFind(name);
    Q_ASSERT(found != drawings().cend());
    if (found == drawings().cend())
        return;
    const Drawing drawing = Reader(*found).read();
    const double side = std::min(rect.width(), rect.height());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.center() - QPointF(side, side) / 2);
    painter.scale(side / 16, side / 16);
    painter.setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(drawing.lines);
    painter.fillPath(drawing.dots, color);
    painter.restore();
}

QStringList iconNames()
{
    return drawings().keys();
}

} // namespace outboard
