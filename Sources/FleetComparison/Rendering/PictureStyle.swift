/// The look of the picture: legible on white and on dark, and for those who do not tell red from green.
enum PictureStyle {
  /// For light surroundings, then what differs in dark ones. Attributes of a class rather than variables: programs that
  /// turn SVG into paper know no variables.
  static let sheet = """
    text { font-family: Inter, "Helvetica Neue", "Segoe UI", "Liberation Sans", Arial, sans-serif; fill: #1f2328; }
    .title { font-size: 26px; font-weight: 700; }
    .name { font-size: 19px; font-weight: 600; }
    .note { font-size: 13.5px; fill: #59636e; }
    .axis { font-size: 11.5px; fill: #59636e; }
    .strong { font-weight: 600; fill: #1f2328; }
    .paper { fill: #ffffff; }
    .before { fill: #9aa4af; }
    .after { fill: #59636e; }
    .stays { fill: #e3e7ec; }
    .removed { fill: #e08a00; }
    .added { fill: #0b72c4; }
    .needless { fill: #c2185b; }
    .ribbon { fill-opacity: 0.8; }
    .ribbon.removed { stroke: #e08a00; stroke-width: 0.6; }
    .ribbon.added { stroke: #0b72c4; stroke-width: 0.6; }
    .rule { stroke: #c9d1d9; stroke-width: 1; }
    .fair { stroke: #1f2328; stroke-width: 1.5; }
    @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .note, .axis { fill: #9aa4af; }
    .strong { fill: #e6edf3; }
    .paper { fill: #0d1117; }
    .before { fill: #626c77; }
    .after { fill: #a9b3bd; }
    .stays { fill: #262d36; }
    .removed { fill: #f0a030; }
    .added { fill: #4aa3f0; }
    .needless { fill: #f0609a; }
    .rule { stroke: #3d444d; }
    .fair { stroke: #f0f6fc; }
    }
    """
}
