// Who goes where: townships on the left, the seven cities in fixed slots on the right, as wide as people are many.
// The numbers are read from the table beside the chart, so that the two can never disagree.
import { CustomChart } from "echarts/charts";
import { TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([CustomChart, TooltipComponent, CanvasRenderer]);

const FONT = getComputedStyle(document.body).fontFamily;
// A slot keeps its place whatever its number; the bar in it is as long as its people are many.
// Nobody is wider than `person`, so that a county's first two people do not look like a crowd.
const SLOT = { bar: 5, label: 16, most: 96, top: 18, person: 4 };
const GREEN = "11,110,79";
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

// Rows and columns of the table: [{name, y, cells}], [{name, group, total}].
function readTable(table, box) {
  const slots = [...table.querySelectorAll("thead th[data-slot]")].map((cell) => ({
    name: cell.dataset.slot,
    group: cell.dataset.group,
    total: Number(cell.dataset.total),
  }));
  const rows = [...table.querySelectorAll("tbody tr[data-place]")].map((row) => {
    const place = row.getBoundingClientRect();
    return {
      element: row,
      name: row.dataset.place,
      y: place.top + place.height / 2 - box.top,
      cells: [...row.querySelectorAll("td[data-people]")].map((cell) => Number(cell.dataset.people)),
    };
  });
  return { slots, rows };
}

const pen = document.createElement("canvas").getContext("2d");
function textWidth(text) {
  pen.font = `13px ${FONT}`;
  return Math.ceil(pen.measureText(text).width);
}

// Equal cells from top to bottom; the first of each province carries its name.
function place(slots, height) {
  const cell = (height - SLOT.top) / slots.length;
  return slots.map((slot, at) => ({
    ...slot,
    opens: slot.group !== slots[at - 1]?.group,
    middle: SLOT.top + cell * (at + 0.5),
    room: Math.min(SLOT.most, cell - 12),
  }));
}

function option(chart, container) {
  const table = document.getElementById(container.dataset.table);
  const box = container.getBoundingClientRect();
  const { slots: given, rows } = readTable(table, box);
  const isBeside = table.getBoundingClientRect().bottom > box.top + 1;
  const left = isBeside ? 6 : 112;
  const slots = place(given, box.height);
  const widest = Math.max(...slots.map((slot) => textWidth(slot.name)));
  const right = box.width - SLOT.label - widest - 4;
  const step = box.height / Math.max(1, rows.length);
  if (!isBeside) rows.forEach((row, at) => (row.y = step * (at + 0.5)));

  const largestSlot = Math.max(1, ...slots.map((slot) => slot.total));
  const largestRow = Math.max(1, ...rows.map((row) => row.cells.reduce((sum, people) => sum + people, 0)));
  const scale = Math.min(SLOT.person, slots[0].room / largestSlot, (isBeside ? 24 : step * 0.9) / largestRow);
  const arrivals = slots.map((slot) => slot.middle - (slot.total * scale) / 2);
  const links = [];
  for (const row of rows) {
    let departure = row.y - (row.cells.reduce((sum, people) => sum + people, 0) * scale) / 2;
    row.cells.forEach((people, at) => {
      if (!people) return;
      const width = people * scale;
      links.push({
        value: people,
        name: `${row.name} → ${slots[at].name}`,
        row: row.name,
        slot: slots[at].name,
        points: [left, departure + width / 2, right, arrivals[at] + width / 2],
        width: Math.max(1, width),
      });
      departure += width;
      arrivals[at] += width;
    });
  }
  const unit = container.dataset.unit;
  const text = (given) => given.toLocaleString(document.documentElement.lang);
  return {
    animation: !still,
    animationDuration: 500,
    textStyle: { fontFamily: FONT },
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: "#16211d",
      borderWidth: 0,
      padding: [8, 12],
      textStyle: { color: "#fff", fontSize: 13, fontFamily: FONT },
      formatter: ({ data }) => `${data.name}  ${unit.replace("%s", text(data.value))}`,
    },
    series: [
      {
        type: "custom",
        coordinateSystem: "none",
        data: links,
        emphasis: { focus: "self" },
        renderItem: ({ dataIndex }) => {
          const { points: [x0, y0, x1, y1], width } = links[dataIndex];
          const middle = (x0 + x1) / 2;
          return {
            type: "bezierCurve",
            shape: { x1: x0, y1: y0, x2: x1, y2: y1, cpx1: middle, cpy1: y0, cpx2: middle, cpy2: y1 },
            style: { stroke: `rgba(${GREEN},.3)`, lineWidth: width, fill: "none" },
            emphasis: { style: { stroke: `rgba(${GREEN},.92)` } },
            blur: { style: { stroke: `rgba(${GREEN},.08)` } },
          };
        },
      },
      {
        type: "custom",
        coordinateSystem: "none",
        z: 5,
        data: slots.map((slot) => ({ value: slot.total, name: slot.name, slot: slot.name })),
        renderItem: ({ dataIndex }) => {
          const slot = slots[dataIndex];
          const length = Math.max(3, slot.total * scale);
          const label = (value, x, y, style) => ({
            type: "text",
            silent: true,
            style: { text: value, x, y, fontFamily: FONT, verticalAlign: "middle", fill: "#16211d", ...style },
          });
          return {
            type: "group",
            children: [
              {
                type: "rect",
                shape: { x: right, y: slot.middle - slot.room / 2, width: SLOT.label + widest, height: slot.room },
                style: { fill: "rgba(0,0,0,0)" },
              },
              {
                type: "rect",
                silent: true,
                shape: { x: right, y: slot.middle - length / 2, width: SLOT.bar, height: length, r: 1 },
                style: { fill: slot.total ? `rgb(${GREEN})` : "#b9c8c1" },
              },
              label(slot.name, right + SLOT.label, slot.middle - 11, { fontSize: 13 }),
              label(text(slot.total), right + SLOT.label, slot.middle + 10, {
                fontSize: 18,
                fontWeight: 600,
                fill: slot.total ? "#16211d" : "#5b6a63",
              }),
              ...(slot.opens
                ? [label(slot.group, right + SLOT.label, slot.middle - 31, { fontSize: 12, fill: "#4a5852" })]
                : []),
            ],
          };
        },
      },
      ...(isBeside
        ? []
        : [
            {
              type: "custom",
              coordinateSystem: "none",
              silent: true,
              data: rows.map((row) => row.name),
              renderItem: ({ dataIndex }) => ({
                type: "text",
                style: {
                  text: rows[dataIndex].name,
                  x: left - 8,
                  y: rows[dataIndex].y,
                  align: "right",
                  verticalAlign: "middle",
                  fontFamily: FONT,
                  fontSize: 12,
                  fill: "#16211d",
                },
              }),
            },
          ]),
    ],
    links,
  };
}

function mount(container) {
  const chart = init(container, null, { renderer: "canvas" });
  let links = [];
  const draw = () => {
    chart.resize();
    const made = option(chart, container);
    links = made.links;
    delete made.links;
    chart.setOption(made, true);
  };
  const light = (choose) => {
    chart.dispatchAction({ type: "downplay", seriesIndex: 0 });
    const dataIndex = links.flatMap((link, at) => (choose(link) ? [at] : []));
    if (dataIndex.length) chart.dispatchAction({ type: "highlight", seriesIndex: 0, dataIndex });
  };
  chart.on("mouseover", { seriesIndex: 1 }, ({ data }) => light((link) => link.slot === data.slot));
  chart.on("mouseout", { seriesIndex: 1 }, () => light(() => false));
  const rowOf = (event) => (event.target instanceof Element ? event.target.closest("tr[data-place]") : null);
  document.addEventListener("pointerover", (event) => {
    const row = rowOf(event);
    if (row) light((link) => link.row === row.dataset.place);
  });
  document.addEventListener("pointerout", (event) => {
    if (rowOf(event)) light(() => false);
  });
  draw();
  new ResizeObserver(draw).observe(container);
  document.addEventListener("htmx:after:swap", draw);
  document.fonts?.ready.then(draw);
}

for (const container of document.querySelectorAll("[data-flow]")) mount(container);
