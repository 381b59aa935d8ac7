/** The options with which Plotly draws every figure; it offers nothing that sends a figure away. */
export const plotlyConfig = {
  responsive: true,
  displaylogo: false,
  showSendToCloud: false,
  plotlyServerURL: '',
} as const;
