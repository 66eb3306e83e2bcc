import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  type MantineColorsTuple,
  Modal,
  Tooltip,
} from '@mantine/core';

const neutral: MantineColorsTuple = [
  '#f7f8f9',
  '#eff1f3',
  '#e3e6e9',
  '#d3d8dd',
  '#b7bec6',
  '#848d97',
  '#5c656f',
  '#454d56',
  '#2b3138',
  '#1b1f24',
];

const night: MantineColorsTuple = [
  '#dfe3e8',
  '#bcc4cc',
  '#a5aeb8',
  '#8f98a3',
  '#3b434c',
  '#2c3239',
  '#22272d',
  '#15181c',
  '#101316',
  '#0b0d0f',
];

const accent: MantineColorsTuple = [
  '#e8f1fc',
  '#d2e4f9',
  '#a6c9f3',
  '#82b6ff',
  '#5b9bee',
  '#3a80dc',
  '#2269c6',
  '#1558b0',
  '#104a96',
  '#0c3b79',
];

/** Neutral greys, one blue accent, small radius, 4 px grid. */
export const theme = createTheme({
  colors: { gray: neutral, dark: night, blue: accent },
  primaryColor: 'blue',
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 'sm',
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace:
    "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  headings: { fontWeight: '600' },
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        withArrow: true,
        openDelay: 300,
        events: { hover: true, focus: true, touch: true },
      },
    }),
    Modal: Modal.extend({
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        transitionProps: { duration: 100 },
      },
    }),
    Drawer: Drawer.extend({
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        transitionProps: { duration: 100 },
      },
    }),
  },
});

/** The greys that the library uses for secondary text are too pale for small print: these have AA contrast. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c656f',
    '--mantine-color-placeholder': '#5c656f',
    '--mantine-color-text': '#1b1f24',
    '--mantine-color-anchor': '#1558b0',
  },
  dark: {
    '--mantine-color-dimmed': '#a5aeb8',
    '--mantine-color-placeholder': '#a5aeb8',
    '--mantine-color-body': '#15181c',
    '--mantine-color-anchor': '#82b6ff',
  },
});
